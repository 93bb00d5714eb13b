// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.preparation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.data.DataForm;
import org.mindeye.data.SubjectSource;
import org.mindeye.data.webdataset.WriterConfig;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.testkit.disk.WatchedDisk;

/** What a preparation can refuse without reading all data, it refuses before it does. */
class PreparationOrderTest {
  private static final PreparationConfig SHARDS =
      PreparationConfig.DEFAULT.withWriter(new WriterConfig(1, ElementType.FLOAT32));
  private static final PreparationConfig TABLE = SHARDS.withForm(DataForm.TRIAL_TABLE);

  @TempDir private Path folder;

  private final List<String> calls = new ArrayList<>();
  private SubjectSource data;
  private Path out;

  @BeforeEach
  void make() throws IOException {
    out = WatchedDisk.watch(Files.createDirectory(folder.resolve("out")), change -> {});
    data = watched(SmallData.WEB_DATASET.open(SmallData.WEB_DATASET.in(folder.resolve("from"))));
  }

  /** Notes every split that is opened. */
  private SubjectSource watched(SubjectSource source) {
    return (SubjectSource)
        Proxy.newProxyInstance(
            SubjectSource.class.getClassLoader(),
            new Class<?>[] {SubjectSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("trials")) {
                calls.add("opened");
              }
              try {
                return method.invoke(source, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private PreparationListener stoppingAt(long sample) {
    return new PreparationListener() {
      @Override
      public void onLook() {
        calls.add("looks");
      }

      @Override
      public void onSample(long done, long all, boolean before) {
        if (done == sample) {
          throw new IllegalStateException("stopped by the test");
        }
      }
    };
  }

  private void prepare(PreparationConfig config, long stop) throws IOException {
    Preparation.into(data, out, config).run(stoppingAt(stop));
  }

  @Test
  void should_refuse_data_in_the_folder_before_all_are_read() throws IOException {
    Files.writeString(out.resolve("trials.csv"), "image,split");
    assertThatThrownBy(() -> prepare(TABLE, 0))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("trials.csv: data are never replaced");
    Files.createDirectory(out.resolve("images"));
    assertThatThrownBy(() -> prepare(SHARDS, 0))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("but found data of another form");
    assertThat(calls).isEmpty();
  }

  @Test
  void should_look_for_pictures_in_two_splits_once() throws IOException {
    assertThatThrownBy(() -> prepare(SHARDS, 2)).hasMessage("stopped by the test");
    assertThat(calls).startsWith("looks", "opened").containsOnlyOnce("looks");
    calls.clear();
    assertThatThrownBy(() -> prepare(TABLE, 2))
        .isInstanceOf(MindEyeException.class)
        .hasMessageContaining("expected to continue with the selection");
    assertThat(calls).as("other options").isEmpty();
    prepare(SHARDS, 0);
    assertThat(calls).doesNotContain("looks");
  }
}
