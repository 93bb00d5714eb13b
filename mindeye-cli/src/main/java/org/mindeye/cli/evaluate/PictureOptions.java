// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.mindeye.MindEyeException;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.evaluate.PictureFolder.Which;
import org.mindeye.data.Split;
import org.mindeye.evaluation.protocol.EvaluationProtocol;
import org.mindeye.evaluation.protocol.ImageSteps;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.io.Problems;
import picocli.CommandLine.Option;

/** What is compared, and how it is paired. */
final class PictureOptions {
  @Option(
      names = "--recons",
      paramLabel = "PATH",
      description =
          "What was painted: a folder of reconstruct, or of PNG or JPEG files; or an array of"
              + " pictures: .pt, .npy, .npz or safetensors.")
  private Path recons;

  @Option(
      names = "--blurry",
      paramLabel = "PATH",
      description =
          "The blurry pictures, for protocols that blend: the same kinds; of a folder of reconstruct"
              + " its blurry pictures.")
  private Path blurry;

  @Option(names = "--images", paramLabel = "PATH", description = "What was seen: the same kinds.")
  private Path images;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "What was seen, in place of --images: the web-dataset that holds test.")
  private Path data;

  @Option(
      names = "--subject",
      paramLabel = "N",
      description = "With --data: the number in the file names.")
  private Integer subject;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "With --data: train, validation or test (test).")
  private Split split;

  @Option(
      names = "--pair",
      paramLabel = "BY",
      description =
          "id: by the numbers or names of files, or an array coco_ids in the file; order: first with"
              + " first (default: id where both sides have some, else order).")
  private Pairing.By pair;

  @Option(
      names = "--common",
      description = "Score the pictures that both sides have, where some are missing.")
  private boolean common;

  /** Creates the options; picocli fills them in. */
  PictureOptions() {}

  /**
   * Refuses what makes no sense.
   *
   * @throws IllegalArgumentException if something is missing, or there is too much
   */
  void requireSense(EvaluationProtocol protocol) {
    if (recons == null) {
      throw new IllegalArgumentException("what is scored? Give --recons");
    }
    boolean some = data != null || subject != null || split != null;
    if (images == null ? data == null || subject == null : some) {
      throw new IllegalArgumentException(
          "what was seen comes from --images, or from --data and --subject");
    }
    boolean blends = protocol.images().blend().isPresent();
    if (blends && blurry == null) {
      throw new IllegalArgumentException(
          "protocol "
              + protocol.name()
              + " scores a blend of reconstruction and blurry picture: give --blurry, or a protocol"
              + " that does not blend");
    }
    if (!blends && blurry != null) {
      throw new IllegalArgumentException(
          "--blurry is for protocols that blend, such as MINDEYE2; "
              + protocol.name()
              + " does not");
    }
    if (common && pair == Pairing.By.ORDER) {
      throw new IllegalArgumentException(
          "--common is for pairs by id: without ids it is not known what is missing");
    }
  }

  /**
   * Opens all pictures, looks at their sizes, and pairs them.
   *
   * @return the pairs, whose sets the caller closes
   * @param console says what data were recognised
   * @throws IOException if something cannot be read
   * @throws MindEyeException if something is wrong with one of them, or they do not fit together
   */
  PictureSource open(ImageSteps steps, Console console) throws IOException {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Problems problems = new Problems();
      PictureSet originals = problems.read(() -> opened.add(originals(console)));
      PictureSet painted = problems.read(() -> opened.add(open(recons, Which.CHOSEN)));
      PictureSet blurred =
          blurry == null ? null : problems.read(() -> opened.add(open(blurry, Which.BLURRY)));
      problems.refuseAny();
      PictureSets sets = new PictureSets(originals, painted, blurred);
      PictureSource source = new PictureSource(sets, Pairing.of(sets, pair, common));
      source.requireOthers();
      source.requireSizes(steps);
      source.requireReadable(1);
      return opened.done(source);
    }
  }

  private PictureSet originals(Console console) throws IOException {
    if (images == null) {
      return PictureSplit.open(data, subject, split == null ? Split.TEST : split, console);
    }
    return open(images, Which.CHOSEN);
  }

  private static PictureSet open(Path place, Which which) throws IOException {
    if (Files.notExists(place)) {
      throw new NoSuchFileException(place.toString(), null, "no such file or folder");
    }
    return Files.isDirectory(place) ? PictureFolder.open(place, which) : PictureArray.open(place);
  }
}
