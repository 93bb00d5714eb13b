// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mindeye.training.events.EventFileWriter;

/**
 * Writes what TensorBoard shows. The horizontal axis is the optimiser step throughout; numbers of
 * an epoch stand at its last step.
 *
 * <ul>
 *   <li>per step: {@code train/loss} and its terms, for example {@code train/mean_squared}; {@code
 *       train/gradient_norm}, {@code train/learning_rate}
 *   <li>per epoch, over the training split: {@code epoch/loss} and its terms
 *   <li>per epoch, on the validation split, every score that says which way is better; for the
 *       published recipe {@code validation/loss} and its terms, {@code validation/cosine}, {@code
 *       validation/brain_to_image}, {@code validation/image_to_brain} and the mean of both, {@code
 *       validation/retrieval}
 * </ul>
 *
 * <p>Terms that the recipe leaves out have no curve. A resumed run writes a new file into the
 * folder, and TensorBoard replaces what the old ones hold of the steps done again. If the old files
 * are gone, the new one begins with the epochs that the checkpoint remembers.
 */
public final class TensorBoardListener implements TrainingListener {
  private final Path folder;
  private final Clock clock;
  private RunPlan plan;
  private EventFileWriter writer;

  /**
   * Creates a listener.
   *
   * @param folder of this run, best a subfolder of the one that TensorBoard is pointed to; made if
   *     there is none
   */
  public TensorBoardListener(Path folder) {
    this(folder, Clock.systemUTC());
  }

  TensorBoardListener(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Opens a new event file.
   *
   * @throws UncheckedIOException if it cannot be written; names it
   */
  @Override
  public void onStart(RunPlan newPlan) {
    plan = newPlan;
    boolean lost = isEmpty(folder);
    writer = new EventFileWriter(folder, clock);
    if (plan.firstStep() > 0) {
      writer.restart(plan.firstStep());
    }
    if (lost) {
      plan.start().history().forEach(this::onEpoch);
    }
  }

  @Override
  public void onStep(StepReport report) {
    terms("train", report.step(), report.loss());
    writer.scalar("train/gradient_norm", report.step(), report.gradientNorm());
    writer.scalar("train/learning_rate", report.step(), report.learningRate());
  }

  @Override
  public void onEpoch(EpochReport report) {
    long step = plan.length().lastStep(report.epoch());
    terms("epoch", step, report.training());
    List<String> unused = plan.names().losses();
    unused.removeAll(plan.names().usedLosses());
    for (Score score : plan.names().scores()) {
      if (score.direction() != Score.Direction.NEITHER && !unused.contains(score.name())) {
        String tag = "validation/" + ReportNames.snake(score.name());
        writer.scalar(tag, step, score.in(report.validation()));
      }
    }
  }

  @Override
  public void onEnd() {
    if (writer != null) {
      EventFileWriter ended = writer;
      writer = null;
      ended.close();
    }
  }

  /**
   * Shows a picture, for example a reconstruction beside what was seen.
   *
   * @param tag name of the picture; what is before a slash groups it
   * @param step the optimiser step it belongs to
   * @param picture of a kind that fits into a PNG; not changed
   * @throws IllegalStateException if the run has not started or is over
   * @throws UncheckedIOException if the event file cannot be written; names it
   */
  public void image(String tag, long step, BufferedImage picture) {
    if (writer == null) {
      throw new IllegalStateException(
          "image "
              + tag
              + ": there is an event file only while the run is in progress; show pictures"
              + " between onStart"
              + " and onEnd, for example in the onEpoch of a listener after this one");
    }
    writer.image(tag, step, picture.getWidth(), picture.getHeight(), png(tag, picture));
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the folder " + folder, e);
    }
  }

  private void terms(String group, long step, NamedValues loss) {
    for (String name : plan.names().usedLosses()) {
      writer.scalar(group + "/" + ReportNames.snake(name), step, loss.value(name));
    }
  }

  private static byte[] png(String tag, BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalArgumentException(
            "image " + tag + ": expected one that fits into a PNG but was " + picture);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("image " + tag, e); // memory does not fail
    }
    return bytes.toByteArray();
  }
}
