// SPDX-License-Identifier: Apache-2.0
package org.mindeye.reconstruction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.VisionTransformerConfig;
import org.mindeye.core.document.ForeignFields;
import org.mindeye.core.tensor.ClipSpace;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.WeightFolder;
import org.mindeye.formats.io.Problems;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.lowlevel.AutoencoderConfig;
import org.mindeye.reconstruction.unet.ConditionalUnetConfig;

/**
 * The folder of a published painter, as diffusers saves it: {@code model_index.json}, the UNet, the
 * autoencoder, the scheduler file and perhaps CLIP's image tower, each in a folder of its own.
 *
 * <p>Opening reads what is written about the parts, and the names and shapes of their weights, but
 * none of their numbers. So what is missing, of another kind, or does not fit together is known
 * before anything long begins, all of it in one message. Nothing stays open.
 */
public final class DiffusersFolder {
  private static final String INDEX = "model_index.json";
  private static final String VAE = "vae";
  private static final String TOWER = "image_encoder";
  private static final String SCHEDULER = "scheduler/scheduler_config.json";
  private static final String WANTED =
      "the folder of a painter that diffusers saved, with "
          + INDEX
          + ", "
          + VAE
          + " and the others";

  private final Path folder;
  private final PainterKind kind;
  private final WeightFolder unetFolder;
  private final WeightFolder vaeFolder;
  private final ConditionalUnetConfig unet;
  private final AutoencoderConfig autoencoder;
  private final PublishedScheduler scheduler;

  private DiffusersFolder(Path folder, PainterKind kind) throws IOException {
    this.folder = folder;
    this.kind = kind;
    unetFolder = WeightFolder.at(folder.resolve(kind.unet()));
    vaeFolder = WeightFolder.at(folder.resolve(VAE));
    Problems problems = new Problems();
    scheduler = problems.read(() -> PublishedScheduler.read(folder.resolve(SCHEDULER)));
    autoencoder = problems.read(() -> AutoencoderConfig.read(vaeFolder.config()));
    unet = problems.read(this::readUnet);
    problems.refuseAny();
    problems.check(this::requireOneLatentSpace);
    problems.check(() -> requireFits(vaeFolder, autoencoder::requireFits));
    problems.check(() -> requireFits(unetFolder, unet::requireFits));
    problems.refuseAny();
  }

  /**
   * Looks into a folder.
   *
   * @param folder as it was downloaded from where {@link PainterKind} says; without its {@code
   *     model_index.json} it is taken for Versatile Diffusion's if it has an {@code image_unet}
   * @return what is in it; nothing stays open
   * @throws NoSuchFileException if parts are missing: names all of them, and where to get them
   * @throws IOException if a file cannot be read
   * @throws MalformedFileException if it is something else: says what
   * @throws MindEyeException if parts are not what this library computes, or do not fit to each
   *     other: names all problems
   */
  public static DiffusersFolder open(Path folder) throws IOException {
    PainterKind kind = kind(folder);
    requireParts(folder, kind);
    return new DiffusersFolder(folder, kind);
  }

  /**
   * Whether a folder is meant to be such a one, complete or not.
   *
   * @param place any path
   * @return true for a folder with a {@code model_index.json}, or with a UNet's folder and {@code
   *     vae}
   */
  public static boolean isOne(Path place) {
    Predicate<String> has = name -> Files.isDirectory(place.resolve(name));
    return Files.isRegularFile(place.resolve(INDEX))
        || has.test(VAE) && (has.test("unet") || has.test("image_unet"));
  }

  private static PainterKind kind(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      throw new NoSuchFileException(
          folder.toString(), null, "no such folder; " + PainterKind.sources());
    }
    if (!Files.isDirectory(folder)) {
      String found = FileKind.detect(folder).toString().replaceFirst(":.*", "");
      throw new MalformedFileException(
          folder.toString(), WANTED, found + "; " + PainterKind.sources());
    }
    Path index = folder.resolve(INDEX);
    if (Files.isRegularFile(index)) {
      ForeignFields fields = ForeignFields.read(index);
      String name = fields.text("_class_name");
      return PainterKind.of(name)
          .orElseThrow(
              () ->
                  fields.malformed(
                      "a pipeline that paints from CLIP's image tokens",
                      name + "; " + PainterKind.sources()));
    }
    if (Files.isDirectory(folder.resolve(PainterKind.VERSATILE_DIFFUSION.unet()))) {
      return PainterKind.VERSATILE_DIFFUSION;
    }
    throw new MalformedFileException(folder.toString(), WANTED, elsewhere(folder));
  }

  /** What a folder without an index is. */
  private static String elsewhere(Path folder) throws IOException {
    if (Files.isDirectory(folder.resolve("snapshots"))) {
      return "the cache of a download, whose folders are in snapshots; give one of those";
    }
    Optional<Path> config = WeightFolder.configAt(folder);
    if (config.isPresent()) {
      ForeignFields fields = ForeignFields.read(config.get());
      String name = fields.text("_class_name", fields.text("model_type", "another network"));
      return "one part of it, " + name + "; give the folder around it, or that of another painter";
    }
    return FileKind.describe(folder).replaceFirst(": give a file in it$", "")
        + "; "
        + PainterKind.sources();
  }

  private static void requireParts(Path folder, PainterKind kind) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String part : List.of(kind.unet(), VAE)) {
      Path inside = folder.resolve(part);
      if (!Files.isDirectory(inside)) {
        missing.add(part);
        continue;
      }
      if (WeightFolder.configAt(inside).isEmpty()) {
        missing.add(part + "/" + WeightFolder.CONFIG);
      }
      try {
        WeightFolder.at(inside);
      } catch (NoSuchFileException e) {
        missing.add(part + " (" + e.getReason() + ")");
      }
    }
    if (!Files.isRegularFile(folder.resolve(SCHEDULER))) {
      missing.add(SCHEDULER);
    }
    if (!missing.isEmpty()) {
      throw new NoSuchFileException(
          folder.toString(), null, "missing: " + String.join(", ", missing) + ". " + kind.source());
    }
  }

  private ConditionalUnetConfig readUnet() throws IOException {
    return PublishedUnetFile.of(ForeignFields.read(unetFolder.config()), condition());
  }

  /** The UNet's file says how wide tokens are, the tower's how many there are. */
  private ClipSpace condition() throws IOException {
    Optional<Path> tower = WeightFolder.configAt(folder.resolve(TOWER));
    if (tower.isEmpty()) {
      return kind.published();
    }
    VisionTransformerConfig config = VisionTransformerConfig.read(tower.get());
    return kind.published().tokens() == 1 ? config.finalSpace() : config.hiddenSpace();
  }

  private void requireOneLatentSpace() {
    if (unet.channels() != autoencoder.latentChannels()) {
      throw new MalformedFileException(
          unetFolder.config().toString(),
          "in_channels of "
              + autoencoder.latentChannels()
              + ", the latent_channels of "
              + VAE
              + ",",
          Integer.toString(unet.channels()));
    }
  }

  private static void requireFits(WeightFolder part, Consumer<StateDict> check) throws IOException {
    try (StateDict weights = part.open()) {
      check.accept(weights);
    }
  }

  /**
   * Which painter it is.
   *
   * @return the kind
   */
  public PainterKind kind() {
    return kind;
  }

  /**
   * The UNet's shape.
   *
   * @return the configuration
   */
  public ConditionalUnetConfig unet() {
    return unet;
  }

  /**
   * The autoencoder's shape.
   *
   * @return the configuration
   */
  public AutoencoderConfig autoencoder() {
    return autoencoder;
  }

  /**
   * The diffusion process.
   *
   * @return what the scheduler file says
   */
  public PublishedScheduler scheduler() {
    return scheduler;
  }

  /**
   * The UNet's weights.
   *
   * @return the folder in which they are
   */
  public WeightFolder unetWeights() {
    return unetFolder;
  }

  /**
   * The autoencoder's weights.
   *
   * @return the folder in which they are
   */
  public WeightFolder autoencoderWeights() {
    return vaeFolder;
  }

  /**
   * The files that describe the painter.
   *
   * @return those of the networks, and of the diffusion process
   */
  public List<Path> descriptions() {
    return List.of(unetFolder.config(), vaeFolder.config(), folder.resolve(SCHEDULER));
  }

  /**
   * CLIP's image tower, if it was downloaded too.
   *
   * @return its folder, for {@link org.mindeye.core.clip.ClipImageEncoder#load}
   */
  public Optional<Path> imageEncoder() {
    Path tower = folder.resolve(TOWER);
    try {
      WeightFolder.at(tower);
      return Optional.of(tower);
    } catch (IOException e) {
      return Optional.empty(); // Nothing here needs it.
    }
  }

  /**
   * Why there is no {@link #imageEncoder}.
   *
   * @return what is missing, and where it comes from
   */
  public String missingEncoder() {
    try {
      return WeightFolder.at(folder.resolve(TOWER)) + " is one";
    } catch (NoSuchFileException e) {
      return e.getFile() + " is not one (" + e.getReason() + "). " + kind.source();
    } catch (IOException e) {
      return e.getMessage() + ". " + kind.source();
    }
  }

  /**
   * For messages.
   *
   * @return the folder
   */
  @Override
  public String toString() {
    return folder.toString();
  }
}
