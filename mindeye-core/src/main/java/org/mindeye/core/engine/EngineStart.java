// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import ai.djl.engine.Engine;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.mindeye.MindEyeException;
import org.mindeye.core.internal.natives.LargeTensors;
import org.mindeye.core.internal.natives.WaitPolicy;

/** Starts DJL's PyTorch engine, and says in one line what to do where it does not start. */
final class EngineStart {
  private static final String LIBTORCH = "native/lib/pytorch.properties";
  private static final String ARTEFACT = "ai.djl.pytorch:";
  private static final String PROBLEM = "the PyTorch engine does not start: ";

  private static volatile Engine started;

  private EngineStart() {}

  static Engine engine() {
    Engine engine = started;
    return engine == null ? start() : engine;
  }

  private static Engine start() {
    WaitPolicy.spinBriefly();
    LargeTensors.reuseMemory();
    try {
      Engine engine = Engine.getEngine("PyTorch");
      started = engine;
      return engine;
    } catch (RuntimeException | LinkageError e) {
      throw new MindEyeException(PROBLEM + explain(e, EngineStart.class.getClassLoader()), e);
    }
  }

  /**
   * What is wrong and how to fix it.
   *
   * @param error what DJL threw
   * @param path where DJL looks for its libraries
   */
  static String explain(Throwable error, ClassLoader path) {
    if (!Engine.hasEngine("PyTorch")) {
      return "pytorch-engine is not registered with DJL; a jar made of several must merge their"
          + " META-INF/services/ai.djl.engine.EngineProvider";
    }
    Properties versions = properties(path.getResource("pytorch-engine.properties"));
    String torch = versions.getProperty("pytorch_version");
    String here = Platform.fromSystem("pytorch").getClassifier();
    boolean ownLibtorch = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH") != null;
    List<String> missing = new ArrayList<>();
    String instead = "";
    TreeSet<String> present = classifiers(path);
    if (!ownLibtorch && !present.contains(here)) {
      missing.add(ARTEFACT + "pytorch-native-cpu:" + torch + ":" + here);
      instead = present.isEmpty() ? "" : "; the libtorch that is there is for " + present;
    }
    if (path.getResource("jnilib/pytorch.properties") == null) {
      String djl = versions.getProperty("djl_version");
      missing.add(ARTEFACT + "pytorch-jni:" + torch + "-" + djl);
    }
    if (!missing.isEmpty()) {
      return "add " + String.join(" and ", missing) + " (runtime) to the class path" + instead;
    }
    return explainOther(error);
  }

  private static String explainOther(Throwable error) {
    Throwable cause = innermost(error);
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (String.valueOf(error.getMessage()).contains("jni files") || reason.contains("jnilib/")) {
      return "pytorch-jni has no library for this libtorch: set PYTORCH_VERSION and PYTORCH_FLAVOR"
          + " (cpu or cu128) beside PYTORCH_LIBRARY_PATH ("
          + reason
          + ")";
    }
    if (cause instanceof IOException) {
      return "libtorch cannot be unpacked into "
          + Utils.getEngineCacheDir("pytorch")
          + ": set DJL_CACHE_DIR to a folder that can be written, with 500 MB free ("
          + cause.getClass().getSimpleName()
          + ": "
          + reason
          + ")";
    }
    return reason;
  }

  private static Throwable innermost(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** The systems for which there is a libtorch on the class path. */
  private static TreeSet<String> classifiers(ClassLoader path) {
    TreeSet<String> found = new TreeSet<>();
    try {
      for (URL each : Collections.list(path.getResources(LIBTORCH))) {
        found.add(properties(each).getProperty("classifier", "an unknown system"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(LIBTORCH, e);
    }
    return found;
  }

  private static Properties properties(URL resource) {
    Properties properties = new Properties();
    if (resource != null) {
      try (InputStream in = resource.openStream()) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(resource.toString(), e);
      }
    }
    return properties;
  }
}
