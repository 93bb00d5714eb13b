// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.doctor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindeye.MindEyeException;
import org.mindeye.core.engine.NativeFormats;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Threads;
import org.mindeye.core.engine.Torch;

/** Starts the engine, and asks it what it found and whether it can count. */
final class EngineCheck implements Check {
  private static final Pattern LIBRARY = Pattern.compile("PyTorch Library: (.+)");

  @Override
  public List<Finding> examine(Surroundings here) {
    Engine engine;
    try {
      engine = Torch.engine();
    } catch (MindEyeException e) {
      return List.of(Finding.wrong("engine", "does not start", e.getMessage()));
    }
    List<Finding> found = new ArrayList<>();
    found.add(Finding.ok("engine", engine.getEngineName() + " " + engine.getVersion()));
    Matcher library = LIBRARY.matcher(engine.toString());
    found.add(Finding.ok("libraries", library.find() ? library.group(1).strip() : "not stated"));
    found.add(Finding.ok("cache", Utils.getCacheDir().toString()));
    found.add(Finding.ok("devices", devices(engine.getGpuCount())));
    found.add(threads(here));
    found.addAll(formats());
    found.add(MatrixProduct.check());
    return found;
  }

  private static String devices(int gpus) {
    StringBuilder names = new StringBuilder("cpu");
    for (int i = 0; i < gpus; i++) {
      names.append(", gpu").append(i);
    }
    return names.toString();
  }

  private static List<Finding> formats() {
    return List.of(
        Finding.ok("bfloat16", "instructions: " + NativeFormats.ofThisMachine()),
        Finding.ok("fastest precision", Precision.fastest(Device.cpu()).toString()));
  }

  private static Finding threads(Surroundings here) {
    String limit = here.environment().apply("OMP_NUM_THREADS");
    return Finding.ok(
        "threads",
        String.format(
            Locale.ROOT,
            "%d inside an operation, %d between operations; OMP_NUM_THREADS %s, %s",
            Threads.intraOp(),
            Threads.interOp(),
            limit == null ? "not set" : limit,
            Threads.waiting(here.environment()::apply)));
  }
}
