// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import ai.djl.engine.Engine;
import java.util.List;
import java.util.Map;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipFingerprint;
import org.mindeye.core.document.LibraryVersion;
import org.mindeye.core.document.MayBeAbsent;
import org.mindeye.core.document.Migrated;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.data.Trial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What made these weights, and from what: travels in every checkpoint and report. Holds no time and
 * no path, so that two runs of the same have the same record.
 *
 * @param software what trained it
 * @param device what the model was trained on
 * @param threads threads that share one operation
 * @param precision in which format the networks multiplied
 * @param targets how the targets of training and validation are made
 * @param training the training split
 * @param validation the validation split
 */
@Migrated(by = RunRecordMigration.class)
public record RunRecord(
    Software software,
    String device,
    int threads,
    Precision precision,
    Targets targets,
    DataFingerprint training,
    DataFingerprint validation) {

  private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);

  /**
   * The programs of a run.
   *
   * @param library this library's version, {@code development} when it does not run from a jar
   * @param djl DJL's version
   * @param libtorch libtorch's version
   * @param java the Java runtime
   * @param system operating system and processor architecture
   */
  public record Software(String library, String djl, String libtorch, String java, String system) {
    /**
     * Those of this process.
     *
     * @return starts the engine if nothing has done so yet
     */
    public static Software ofThisProcess() {
      return new Software(
          LibraryVersion.current(),
          Engine.getDjlVersion(),
          Torch.engine().getVersion(),
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
  }

  /**
   * How targets are made: {@link TargetSource#description()} and {@link TargetSource#encoder()}.
   *
   * @param training description for the training split
   * @param validation description for the validation split
   * @param trainingEncoder what encodes training images; null if nothing does, and in records that
   *     were written before encoders were noted
   * @param validationEncoder the same for validation
   */
  public record Targets(
      String training,
      String validation,
      @MayBeAbsent ClipFingerprint trainingEncoder,
      @MayBeAbsent ClipFingerprint validationEncoder) {
    static Targets of(TargetSource training, TargetSource validation) {
      return new Targets(
          training.description(),
          validation.description(),
          training.encoder().orElse(null),
          validation.encoder().orElse(null));
    }

    /**
     * Refuses to judge a run by targets of another encoder than it was trained with. A record that
     * does not know its encoder accepts every one, and says so in the log.
     *
     * @param place names the run in messages
     * @param found the encoder there is now
     * @throws MindEyeException if it is another one; names what differs, with both values
     */
    public void requireEncoder(String place, ClipFingerprint found) {
      Map<String, String> differences =
          encoderDifferences("encoder", validationEncoder, found).found();
      if (!differences.isEmpty()) {
        throw new MindEyeException(
            place
                + ": the run was trained and judged with another CLIP encoder than the one given: "
                + differences
                + "; give the encoder that it was trained with");
      }
    }
  }

  /**
   * Records without an encoder are of a version that did not note it: there is nothing to compare.
   */
  private static Differences encoderDifferences(
      String path, ClipFingerprint noted, ClipFingerprint now) {
    Differences differences = new Differences();
    if (noted != null) {
      differences.compare(path, noted, now);
    } else if (now != null) {
      LOG.warn(
          "{}: the run's record does not say with which CLIP encoder it began, so whether it is"
              + " this one cannot be checked: {}",
          path,
          now.weights());
    }
    return differences;
  }

  /**
   * Describes a run in this process.
   *
   * @param model what is trained
   * @param precision in which format it multiplies: {@link OptimizerConfig#precision}
   * @param training the training split; read whole
   * @param validation the validation split; read whole
   * @return the record
   */
  public static RunRecord of(
      MindEyeModel model, Precision precision, TrainingSplit training, TrainingSplit validation) {
    ProcessRecord process = ProcessRecord.of(model.device());
    return new RunRecord(
        process.software(),
        process.device(),
        process.threads(),
        precision,
        Targets.of(training.targets(), validation.targets()),
        DataFingerprint.of(training.trials()),
        DataFingerprint.of(validation.trials()));
  }

  /**
   * This record as it would be of other samples and another encoder: to compare before targets are
   * made, which may take hours.
   *
   * @param learned the training split; read whole
   * @param judged the validation split; read whole
   * @param encoder what would encode both
   * @return the record; an encoder that was not noted stays so
   */
  public RunRecord withInputs(List<Trial> learned, List<Trial> judged, ClipFingerprint encoder) {
    Targets made =
        new Targets(
            targets.training,
            targets.validation,
            targets.trainingEncoder == null ? null : encoder,
            targets.validationEncoder == null ? null : encoder);
    return new RunRecord(
        software,
        device,
        threads,
        precision,
        made,
        DataFingerprint.of(learned),
        DataFingerprint.of(judged));
  }

  /**
   * Compares what decides what a run learns: data and targets. Versions, device and threads may
   * differ, but then bits may too. A record of a version that did not note encoders goes with every
   * encoder, and says so in the log.
   *
   * @param now the record of the run to resume
   * @return both values by the path of the field; empty if nothing differs
   */
  public Map<String, String> differencesTo(RunRecord now) {
    Differences differences =
        new Differences()
            .compare("data.training", training, now.training)
            .compare("data.validation", validation, now.validation)
            .compare("targets.training", targets.training, now.targets.training)
            .compare("targets.validation", targets.validation, now.targets.validation);
    Map<String, String> all = differences.found();
    all.putAll(
        encoderDifferences(
                "targets.trainingEncoder", targets.trainingEncoder, now.targets.trainingEncoder)
            .found());
    all.putAll(
        encoderDifferences(
                "targets.validationEncoder",
                targets.validationEncoder,
                now.targets.validationEncoder)
            .found());
    return all;
  }

  /**
   * Refuses other data or targets than the run began with.
   *
   * @param place of this record, for the message
   * @param now the record of the run to resume
   * @throws MindEyeException if they differ; names what does, with both values
   */
  public void requireSame(Object place, RunRecord now) {
    Map<String, String> differences = differencesTo(now);
    if (!differences.isEmpty()) {
      throw new MindEyeException(
          place
              + ": the run began with other data or targets: "
              + differences
              + "; give the same, or start a new run");
    }
  }
}
