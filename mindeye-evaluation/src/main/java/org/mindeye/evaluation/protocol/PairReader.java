// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.protocol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.tensor.Finite;
import org.mindeye.core.tensor.ImageBatch;
import org.mindeye.core.tensor.ShapeMismatchException;
import org.mindeye.formats.io.Sha256;

/** Reads pairs, notes what they are, and does the protocol's steps. */
final class PairReader {
  private static final float ROUNDING = 1e-5f;

  private final PairSource source;
  private final ImageSteps steps;
  private final MessageDigest digest = Sha256.create();
  private final Set<String> ids = new LinkedHashSet<>();
  private Shape size;

  /** Some images after the protocol's steps, all of one size: {@code [batch, 3, h, w]} each. */
  record Block(List<String> ids, ImageBatch originals, ImageBatch reconstructions) {}

  PairReader(PairSource source, ImageSteps steps) {
    this.source = source;
    this.steps = steps;
  }

  Block read(int first, int count, NDManager owner) throws IOException {
    NDList originals = new NDList();
    NDList reconstructions = new NDList();
    List<String> names = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      ImagePair pair = source.read(i, owner);
      note(pair);
      names.add(pair.id());
      originals.add(original(pair, owner));
      reconstructions.add(reconstruction(pair, owner));
    }
    return new Block(
        names,
        ImageBatch.of(NDArrays.concat(originals)),
        ImageBatch.of(NDArrays.concat(reconstructions)));
  }

  EvaluatedInputs inputs() {
    return new EvaluatedInputs(ids.size(), Sha256.hex(digest), List.copyOf(ids));
  }

  private void note(ImagePair pair) {
    if (!ids.add(pair.id())) {
      throw new MindEyeException(
          "image "
              + pair.id()
              + ": expected every image once but it is there twice; its double would tie with it."
              + " Give one reconstruction for each image");
    }
    byte[] id = pair.id().getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(id.length).array());
    digest.update(id);
    note(pair.original());
    note(pair.reconstruction());
    if (steps.blend().isPresent()) {
      note(requireBlurry(pair));
    }
  }

  /** Sizes and numbers, the least significant byte first. */
  private void note(ImageBatch image) {
    float[] pixels = image.array().toFloatArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * Integer.BYTES + pixels.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(image.height())
            .putInt(image.width());
    bytes.asFloatBuffer().put(pixels);
    digest.update(bytes.array());
  }

  private NDArray original(ImagePair pair, NDManager owner) {
    String name = "image " + pair.id() + ", original";
    NDArray pixels = checked(name, pair.original());
    float low = pixels.min().getFloat();
    float high = pixels.max().getFloat();
    if (low < -ROUNDING || high > 1 + ROUNDING) {
      throw new MindEyeException(
          name
              + ": expected pixels in [0, 1] but they reach from "
              + low
              + " to "
              + high
              + "; divide bytes by 255");
    }
    return sized(name, steps.common().resize(pair.original(), owner));
  }

  private NDArray reconstruction(ImagePair pair, NDManager owner) {
    NDArray painted =
        clamped("image " + pair.id() + ", reconstruction", pair.reconstruction(), owner);
    if (steps.blend().isEmpty()) {
      return painted;
    }
    NDArray blurry = clamped("image " + pair.id() + ", blurry picture", requireBlurry(pair), owner);
    Blend blend = steps.blend().get();
    return painted
        .mul(Torch.scalar(painted, blend.refined()))
        .add(blurry.mul(Torch.scalar(blurry, blend.blurry())));
  }

  private ImageBatch requireBlurry(ImagePair pair) {
    return pair.blurry()
        .orElseThrow(
            () ->
                new MindEyeException(
                    "image "
                        + pair.id()
                        + ": the protocol scores a blend with the blurry picture but there is none;"
                        + " give it, or choose a protocol that does not blend"));
  }

  private NDArray clamped(String name, ImageBatch image, NDManager owner) {
    ImageBatch clamped = ImageBatch.of(checked(name, image).clip(0, 1));
    return sized(name, steps.common().resize(clamped, owner));
  }

  private static NDArray checked(String name, ImageBatch image) {
    if (image.batch() != 1) {
      throw new ShapeMismatchException(
          name + ": expected one image but was " + image.array().getShape());
    }
    Finite.require(name, image.array(), "repair it or leave it out");
    return image.array();
  }

  private NDArray sized(String name, ImageBatch image) {
    Shape found = image.array().getShape();
    if (size == null) {
      size = found;
    }
    if (!found.equals(size)) {
      throw new ShapeMismatchException(
          String.format(
              Locale.ROOT,
              "%s: expected %d x %d pixels after the protocol's steps, as the first image has, but"
                  + " found %d x %d; crop all images to one form, or let the protocol resize them",
              name,
              size.get(2),
              size.get(3),
              found.get(2),
              found.get(3)));
    }
    return image.array();
  }
}
