// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The published files this library reads: what each is, who publishes it, where it goes. None is
 * part of this library, and nothing here downloads anything. Sizes, sums and terms are given where
 * their publishers' pages state them; check the terms at the source.
 */
public final class ArtefactManifest {
  private static final String NSD_TERMS =
      "the Natural Scenes Dataset's data access agreement, to be accepted at its site";
  private static final String MINDEYE_DATA = "the data set pscotti/naturalscenesdataset, folder ";
  private static final String MINDEYE2_DATA = "the data set pscotti/mindeyev2, file ";
  private static final String TORCHVISION = "torchvision's published models, file ";
  private static final String VERSATILE =
      "shi-labs/versatile-diffusion at revision 2926f8e11ea526b562cd592b099fcf9c2985d0b7, folder ";

  private static final List<Artefact> ALL =
      List.of(
          Artefact.of(
              "last.pth",
              "MindEye's high-level model of one subject: backbone, projector and diffusion prior",
              "the MindEye project's published models, file train_logs/<model>/last.pth"),
          Artefact.of(
              "epoch120.pth",
              "MindEye's low-level model of one subject, which predicts a blurry image",
              "the MindEye project's published models, file epoch120.pth of the autoencoder"),
          Artefact.of(
                  "conditioned-prior/best.pth",
                  "the text-to-image diffusion prior that the final-layer prior starts from",
                  "nousr/conditioned-prior, folder vit-l-14/aesthetic, with prior_config.json")
              .ofBytes(1.34e9),
          Artefact.of(
              "clip-vit-large-patch14/model.safetensors",
              "OpenAI's CLIP ViT-L/14, whose image tower makes the embeddings MindEye predicts",
              "openai/clip-vit-large-patch14, the safetensors file in Hugging Face's layout"),
          Artefact.of(
              "versatile-diffusion/image_unet",
              "Versatile Diffusion's image UNet (686 tensors), which paints the reconstructions",
              VERSATILE + "image_unet"),
          Artefact.of(
              "versatile-diffusion/vae",
              "Versatile Diffusion's autoencoder, which turns latents into images and back",
              VERSATILE + "vae"),
          Artefact.of(
              "sd-image-variations/unet",
              "the UNet of Stable Diffusion Image Variations, the alternative painter",
              "lambdalabs/sd-image-variations-diffusers, folder unet"),
          Artefact.of(
              "sd_image_var_autoenc.pth",
              "the autoencoder whose latents the low-level model is trained on",
              "lambdalabs/sd-image-variations-diffusers, folder vae"),
          Artefact.of(
              "convnext_xlarge_alpha0.75_fullckpt.pth",
              "VICRegL's ConvNeXt-XL with its projector, the teacher of the low-level model",
              "the VICRegL release (the full checkpoint: the backbone alone lacks the projector)"),
          Artefact.of(
                  "alexnet-owt-7be5be79.pth",
                  "AlexNet, for the scores AlexNet(2) and AlexNet(5)",
                  TORCHVISION + "alexnet-owt-7be5be79.pth")
              .withSum("7be5be79"),
          Artefact.of(
                  "inception_v3_google-0cc3c7bd.pth",
                  "Inception-v3, for the score Inception",
                  TORCHVISION + "inception_v3_google-0cc3c7bd.pth")
              .withSum("0cc3c7bd"),
          Artefact.of(
                  "efficientnet_b1-c27df63c.pth",
                  "EfficientNet-B1 (second weights), for the score EffNet-B",
                  TORCHVISION + "efficientnet_b1-c27df63c.pth")
              .withSum("c27df63c"),
          Artefact.of(
              "swav_800ep_pretrain.pth.tar",
              "ResNet-50 trained with SwAV for 800 epochs, for the score SwAV",
              "the SwAV release (deepcluster), file swav_800ep_pretrain.pth.tar"),
          Artefact.of(
                  "webdataset_avg_split",
                  "MindEye's brain data: voxels and images of subjects 1, 2, 5 and 7 in tar shards",
                  MINDEYE_DATA + "webdataset_avg_split")
              .under(NSD_TERMS),
          Artefact.of(
                  "betas_all_subj01_fp32_renorm.hdf5",
                  "MindEye2's brain data: single-trial responses of one subject (here the first)",
                  MINDEYE2_DATA + "betas_all_subj01_fp32_renorm.hdf5")
              .ofBytes(1.89e9)
              .under(NSD_TERMS),
          Artefact.of(
                  "coco_images_224_float16.hdf5",
                  "the 73,000 images all subjects' trials refer to, 224x224",
                  MINDEYE2_DATA + "coco_images_224_float16.hdf5")
              .ofBytes(22.0e9)
              .under(NSD_TERMS),
          Artefact.of(
                  "COCO_73k_subj_indices.hdf5",
                  "which image every trial of every subject showed",
                  MINDEYE2_DATA + "COCO_73k_subj_indices.hdf5")
              .under(NSD_TERMS));

  private ArtefactManifest() {}

  /**
   * All files, in no particular order.
   *
   * @return cannot be changed
   */
  public static List<Artefact> all() {
    return ALL;
  }

  /**
   * Finds a file by where it should be.
   *
   * @param path any path that ends like {@link Artefact#path}
   * @return what belongs there, if it is a published file
   */
  public static Optional<Artefact> find(Path path) {
    return ALL.stream().filter(artefact -> path.endsWith(artefact.path())).findFirst();
  }

  /**
   * What to do about a file that is not there.
   *
   * @param path where it should be
   * @return names the path; for a published file, says what it is and where to get it
   */
  public static String missing(Path path) {
    return path + " is missing: " + missingReason(path);
  }

  static String missingReason(Path path) {
    return find(path)
        .map(artefact -> "it is " + artefact + " This library downloads nothing.")
        .orElse("no such file, and none of the published files this library knows has that name");
  }
}
