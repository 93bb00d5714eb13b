package org.mindeye.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.Optional;
import org.mindeye.core.kernel.Threads;
import org.mindeye.core.kernel.Torch;

/**
 * Who made these weights from what: travels in every checkpoint and report. Holds no time and no
 * path, so that two runs of the same have the same record.
 *
 * @param library this library's version, {@code development} when it does not run from a jar
 * @param djl DJL's version
 * @param libtorch libtorch's version
 * @param java the Java runtime
 * @param system operating system and processor architecture
 * @param device what the model was trained on
 * @param threads threads that share one operation
 * @param targets how the targets of training and validation are made
 * @param training the training split
 * @param validation the validation split
 */
public record RunRecord(
    String library,
    String djl,
    String libtorch,
    String java,
    String system,
    String device,
    int threads,
    Targets targets,
    DataFingerprint training,
    DataFingerprint validation) {

  /**
   * How targets are made: {@link TargetSource#description()}.
   *
   * @param training of the training split
   * @param validation of the validation split
   */
  public record Targets(String training, String validation) {}

  /**
   * Describes a run in this process.
   *
   * @param model what is trained
   * @param training the training split; read whole
   * @param validation the validation split; read whole
   * @return the record
   */
  public static RunRecord of(MindEyeModel model, TrainingSplit training, TrainingSplit validation) {
    return new RunRecord(
        libraryVersion(),
        Engine.getDjlVersion(),
        Torch.engine().getVersion(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        name(model.device()),
        Threads.insideOperations(),
        new Targets(training.targets().description(), validation.targets().description()),
        DataFingerprint.of(training.trials()),
        DataFingerprint.of(validation.trials()));
  }

  private static String libraryVersion() {
    return Optional.ofNullable(RunRecord.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private static String name(Device device) {
    return device.isGpu() ? device.getDeviceType() + device.getDeviceId() : device.getDeviceType();
  }
}
