// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.formats.io.ProcessEnd.Registration;

class ProcessEndTest {
  @TempDir private Path folder;

  private final ProcessEnd end = new ProcessEnd();

  @Test
  void should_delete_what_is_unfinished_and_nothing_else() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[3]);
    Path deep = Files.createDirectories(folder.resolve("deep/er"));
    Files.write(deep.resolve("file"), new byte[3]);
    Path complete = Files.write(folder.resolve("complete"), new byte[3]);
    end.addUnfinished(file);
    end.addUnfinished(folder.resolve("deep"));
    end.addUnfinished(folder.resolve("never made"));
    Registration taken = end.addUnfinished(complete);
    taken.close();
    taken.close();

    end.run();

    assertThat(folder.toFile().list()).containsExactly("complete");
  }

  @Test
  void should_let_the_first_things_finish_first() throws IOException {
    List<String> order = new ArrayList<>();
    Path temporary = Files.write(folder.resolve("temporary"), new byte[3]);
    Registration unfinished = end.addUnfinished(temporary);
    end.addFirst(
        () -> {
          throw new IllegalStateException("the others go on");
        });
    end.addFirst(() -> order.add("taken back")).close();
    end.addFirst(
        () -> {
          order.add("saved");
          try {
            end.committing(() -> Files.move(temporary, folder.resolve("final")));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          unfinished.close();
        });

    end.run();

    assertThat(order).containsExactly("saved");
    assertThat(folder.toFile().list()).containsExactly("final");
  }

  @Test
  void should_wait_for_what_is_being_committed() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Path first = Files.write(folder.resolve("first"), new byte[3]);
    Path second = Files.write(folder.resolve("second"), new byte[3]);
    end.addUnfinished(first);
    end.addUnfinished(second);
    Thread writer =
        new Thread(
            () -> {
              try {
                end.committing(
                    () -> {
                      inside.countDown();
                      Files.move(first, folder.resolve("first final"));
                      await(go);
                      end.committing(() -> Files.move(second, folder.resolve("second final")));
                    });
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    inside.await();
    Thread ending = new Thread(end::run);
    ending.start();
    while (ending.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();
    writer.join();
    ending.join();

    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("first final", "second final");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void should_begin_nothing_afterwards() {
    end.run();

    String message = "the process is ending; nothing is written any more";
    assertThatThrownBy(() -> end.addUnfinished(folder.resolve("late")))
        .isInstanceOf(IOException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> end.committing(() -> Files.delete(folder))).hasMessage(message);
    assertThat(folder).exists();
    assertThat(ProcessEnd.hasBegun()).isFalse();
  }
}
