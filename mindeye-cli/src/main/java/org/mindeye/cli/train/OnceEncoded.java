// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.mindeye.Plural;
import org.mindeye.cli.console.Console;
import org.mindeye.core.clip.ClipImageEncoder;
import org.mindeye.data.Trial;
import org.mindeye.training.CachedTargets;
import org.mindeye.training.TargetCache;
import org.mindeye.training.TargetLayer;

/**
 * Targets of pictures that are encoded once: for this run, or for all runs that share a cache.
 *
 * @param clip encodes; stays the caller's
 * @param layer which of its embeddings
 * @param cache the folder in which they are kept; null to keep them in memory
 * @param console says how many are encoded
 */
record OnceEncoded(ClipImageEncoder clip, TargetLayer layer, String cache, Console console) {
  /** Of the kind that a model predicts. */
  static OnceEncoded of(ClipImageEncoder clip, RunConfig config, String cache, Console console) {
    boolean last = config.model().finalLayer();
    return new OnceEncoded(clip, last ? TargetLayer.FINAL : TargetLayer.HIDDEN, cache, console);
  }

  /** Refuses a folder that cannot keep these targets, before data are read for it. */
  void requireKept() throws IOException {
    if (cache != null) {
      TargetCache.requireUsable(Path.of(cache), clip, layer);
    }
  }

  /** Tokens and width, in words. */
  String space() {
    return layer.space(clip) + " CLIP tokens";
  }

  /**
   * Encodes pictures, or those that the cache lacks, and says how many before it begins.
   *
   * @param trials whose pictures are needed
   * @param noun what one of them is called
   * @param what continues the sentence that says how many
   * @param end ends it
   * @return makes the targets of parts of these samples, or has made them
   */
  Function<List<Trial>, CachedTargets> targets(
      List<Trial> trials, String noun, String what, String end) throws IOException {
    if (cache == null) {
      console.say("encoding %s%s%s", Plural.of(trials.size(), noun), what, end);
      return layer == TargetLayer.FINAL
          ? some -> CachedTargets.encodeFinalLayer(clip, some)
          : some -> CachedTargets.encode(clip, some);
    }
    TargetCache.Progress said =
        (done, count) -> {
          if (count == 0) {
            console.say("all %s are in %s%s%s", Plural.noun(2, noun), cache, what, end);
          } else if (done == 0) {
            String all = Plural.of(count, noun) + what;
            console.say("encoding %s, which stay in %s%s", all, cache, end);
          }
        };
    return TargetCache.fill(Path.of(cache), clip, layer, trials, said)::targets;
  }
}
