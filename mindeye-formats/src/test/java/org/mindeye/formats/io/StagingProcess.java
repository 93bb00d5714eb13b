// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mindeye.formats.RowWriter;
import org.mindeye.formats.tensor.HeapArray;

/** Another process that is in the middle of writing files when it is asked to end. */
final class StagingProcess {
  private StagingProcess() {}

  /** Starts it and waits until it is in the middle. */
  static Process start(Path folder) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StagingProcess.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader();
    if (!"ready".equals(lines.readLine())) {
      process.destroyForcibly();
      throw new IllegalStateException("the process did not start");
    }
    return process;
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    StagedFile.write(folder.resolve("complete.bin"), new byte[] {1});
    Path checkpoint = folder.resolve("half a checkpoint");
    ProcessEnd.unfinished(checkpoint);
    Files.createDirectory(checkpoint);
    Files.write(checkpoint.resolve("model.bin"), new byte[1000]);
    StagedFile published = StagedFile.create(folder.resolve("published.bin"));
    published.publish(); // but not closed
    StagedFile file = StagedFile.create(folder.resolve("open.bin"));
    file.write(ByteBuffer.allocate(1 << 20));
    StagedFile finished = StagedFile.create(folder.resolve("finished.bin"));
    finished.finish();
    RowWriter rows = RowWriter.create(folder.resolve("rows.npz"));
    rows.add("tokens", HeapArray.ofFloats(new float[6], 2, 3));
    System.out.println("ready");
    System.out.flush();
    System.in.read(); // Nothing ever comes, but for the end of the test.
  }
}
