// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindeye.MindEyeException;
import org.mindeye.core.clip.ClipEncoderConfig;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Trial;
import org.mindeye.data.TrialImage;

/** What can be refused without looking at the pictures of a subject, which takes a while, is. */
class TargetCacheRefusalTest {
  private static final TrialImage UNREAD =
      (TrialImage)
          Proxy.newProxyInstance(
              TrialImage.class.getClassLoader(),
              new Class<?>[] {TrialImage.class},
              (proxy, method, arguments) -> {
                throw new AssertionError(method + " was called");
              });

  @TempDir private Path folder;

  private void fill(ClipImageEncoder clip, TargetLayer layer, Trial... trials) throws IOException {
    TargetCache.fill(folder, clip, layer, List.of(trials), (done, count) -> {});
  }

  private static Trial unread(Trial like) {
    return new Trial(like.origin(), UNREAD, new float[][] {like.voxels(0)}, 7, new long[] {1}, 1);
  }

  private void assertRefused(
      ClipImageEncoder clip, TargetLayer layer, Trial trial, String message) {
    assertThatThrownBy(() -> fill(clip, layer, trial)).hasMessageContaining(message);
    assertThatThrownBy(() -> TargetCache.requireUsable(folder, clip, layer))
        .isInstanceOfAny(MindEyeException.class, FileSystemException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_say_without_trials_whether_a_folder_can_be_filled() throws IOException {
    Trial first = TinyRun.trials(0, 1).get(0);
    Path place = folder;
    ClipEncoderConfig config = ClipEncoderConfig.paper(TargetCacheTest.VIT);
    try (ClipImageEncoder clip = TargetCacheTest.encoder(2, config)) {
      TargetCache.requireUsable(folder, clip, TargetLayer.HIDDEN);
      Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
      assertRefused(clip, TargetLayer.HIDDEN, unread(first), folder + ": holds other things");
      folder = file;
      assertRefused(
          clip,
          TargetLayer.HIDDEN,
          unread(first),
          file + ": is a file, and a target cache is a folder; give another one");
      folder = place.resolve("none/cache");
      assertRefused(
          clip, TargetLayer.HIDDEN, unread(first), folder + ": its folder does not exist");
      folder = place.resolve("cache");
      TargetCache.requireUsable(folder, clip, TargetLayer.HIDDEN);
      assertThat(folder).doesNotExist();
      fill(clip, TargetLayer.HIDDEN, first);
      TargetCache.requireUsable(folder, clip, TargetLayer.HIDDEN);
      assertRefused(clip, TargetLayer.FINAL, unread(first), "it keeps others: {layer=");
    }
  }

  @Test
  void should_refuse_before_pictures_are_looked_at() throws IOException {
    Trial first = TinyRun.trials(0, 1).get(0);
    ClipEncoderConfig config = ClipEncoderConfig.paper(TargetCacheTest.VIT);
    try (ClipImageEncoder clip = TargetCacheTest.encoder(2, config)) {
      Path notes = Files.writeString(folder.resolve("notes.txt"), "mine");
      assertThatThrownBy(() -> fill(clip, TargetLayer.HIDDEN, unread(first)))
          .isInstanceOf(FileAlreadyExistsException.class);
      Files.delete(notes);
      fill(clip, TargetLayer.HIDDEN, first);
      assertThatThrownBy(() -> fill(clip, TargetLayer.FINAL, unread(first)))
          .isInstanceOf(MindEyeException.class)
          .hasMessageContaining("it keeps others: {layer=");
      assertThatThrownBy(() -> fill(clip, TargetLayer.HIDDEN, unread(first)))
          .as("the test's own picture")
          .isInstanceOf(AssertionError.class);
    }
  }
}
