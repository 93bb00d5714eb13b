// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with random errors are read or refused, and nothing else, whatever their format. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class MutationTestCase {
  /** Sound files of a format. */
  @FunctionalInterface
  public interface Originals {
    /**
     * Names the files, and puts into the folder what has to lie beside a damaged one, which will
     * have the name of the sound one there.
     */
    List<Path> in(Path folder) throws IOException;
  }

  /**
   * A format.
   *
   * @param name for the report
   * @param originals what is damaged
   * @param reader reads all of a file
   */
  public record Format(String name, Originals originals, Mutants.Reader reader) {
    /** A format of which there are fixtures, by their names in a folder of the resources. */
    public static Format of(String name, Mutants.Reader reader, String folder, String... files) {
      List<Path> fixtures =
          Stream.of(files).map(file -> Fixtures.file(folder + "/" + file)).toList();
      return new Format(name, own -> fixtures, reader);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** The formats that are read. */
  protected abstract List<Format> formats();

  @ParameterizedTest
  @MethodSource("formats")
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  protected void should_read_or_refuse_2000_changed_files(Format format, @TempDir Path folder)
      throws Exception {
    new Mutants(folder, format.reader).attempt(format.originals.in(folder), 2000, 1);
  }

  @ParameterizedTest
  @MethodSource("formats")
  @Tag("slow")
  @Timeout(value = 90, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  protected void should_read_or_refuse_100000_changed_files(Format format, @TempDir Path folder)
      throws Exception {
    new Mutants(folder, format.reader).attempt(format.originals.in(folder), 100_000, 2);
  }
}
