package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;

/**
 * Where the files of one subject lie: {@code train/train_subj01_0.tar}, {@code
 * metadata_subj01.json}.
 */
record DatasetLayout(Path folder, int subject) {
  DatasetLayout {
    if (subject < 1 || subject > 99) {
      throw new IllegalArgumentException("subject " + subject + ": expected 1 to 99");
    }
  }

  Path folder(Split split) {
    return folder.resolve(split.folder());
  }

  Path shard(Split split, int index) {
    return folder(split).resolve(prefix(split) + index + ".tar");
  }

  Path metadata() {
    return folder.resolve(String.format(Locale.ROOT, "metadata_subj%02d.json", subject));
  }

  /** The shards present, in the order of their numbers. */
  List<Path> existingShards(Split split) throws IOException {
    if (!Files.isDirectory(folder(split))) {
      return Collections.emptyList();
    }
    Pattern name = Pattern.compile(Pattern.quote(prefix(split)) + "(\\d{1,6})\\.tar");
    TreeMap<Integer, Path> shards = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder(split))) {
      files.forEach(
          file -> {
            Matcher matcher = name.matcher(file.getFileName().toString());
            if (matcher.matches()) {
              shards.put(Integer.parseInt(matcher.group(1)), file);
            }
          });
    }
    return new ArrayList<>(shards.values());
  }

  /** The shards present, refused if there is none or a number is missing. */
  List<Path> completeShards(Split split) throws IOException {
    List<Path> shards = existingShards(split);
    // One shard is asked for even where there is none.
    for (int index = 0; index < Math.max(1, shards.size()); index++) {
      Path expected = shard(split, index);
      if (!shards.contains(expected)) {
        throw new MalformedSampleException(
            expected.toString(),
            null,
            null,
            "shards numbered from 0 without a gap",
            "no such file");
      }
    }
    return shards;
  }

  private String prefix(Split split) {
    return String.format(Locale.ROOT, "%s_subj%02d_", split.folder(), subject);
  }
}
