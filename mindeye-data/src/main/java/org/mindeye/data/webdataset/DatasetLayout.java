// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Split;
import org.mindeye.data.Subject;

/**
 * Where the files of one subject lie: {@code train/train_subj01_0.tar}, {@code
 * metadata_subj01.json}.
 */
record DatasetLayout(Path folder, int subject) {
  private static final Pattern COMPRESSED = Pattern.compile(".*\\.(gz|tgz|zst|xz|bz2|zip)");
  private static final int NAMED_FILES = 8;

  /** The largest number of a subject: two digits in the names of files. */
  static final int MOST_SUBJECTS = 99;

  /** A shard and the number in its name. */
  private record Shard(int number, Path file) {}

  DatasetLayout {
    if (subject < 1 || subject > MOST_SUBJECTS) {
      throw new IllegalArgumentException(
          "subject "
              + subject
              + ": expected 1 to 99 (1 to 8 of the Natural Scenes Dataset, above 8 your own)");
    }
  }

  Path folder(Split split) {
    return folder.resolve(split.folder());
  }

  Path shard(Split split, int index) {
    return folder(split).resolve(prefix(split) + index + ".tar");
  }

  /** Where the samples of all shards lie as files. */
  Path unpacked(Split split) {
    String prefix = prefix(split);
    return folder(split).resolve(prefix.substring(0, prefix.length() - 1));
  }

  /** The numbers of the images are smaller: subjects beyond the eight may have seen any. */
  long images() {
    return subject <= Subject.values().length ? Subject.IMAGES : Long.MAX_VALUE;
  }

  Path metadata() {
    return folder.resolve(String.format(Locale.ROOT, "metadata_subj%02d.json", subject));
  }

  /** The shards present, in the order of their numbers, which may have leading zeros. */
  List<Path> existingShards(Split split) throws IOException {
    return numbered(split).stream().map(Shard::file).toList();
  }

  private List<Shard> numbered(Split split) throws IOException {
    List<Shard> shards = new ArrayList<>();
    Pattern name = Pattern.compile(Pattern.quote(prefix(split)) + "(\\d{1,9})\\.tar");
    for (Path file : files(split)) {
      Matcher matcher = name.matcher(file.getFileName().toString());
      if (matcher.matches()) {
        shards.add(new Shard(Integer.parseInt(matcher.group(1)), file));
      }
    }
    shards.sort(Comparator.comparingInt(Shard::number));
    return shards;
  }

  private List<Path> files(Split split) throws IOException {
    if (!Files.isDirectory(folder(split))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder(split))) {
      return files.sorted().toList();
    }
  }

  /** The shards present, refused if there is none, or a number is missing or there twice. */
  List<Path> completeShards(Split split) throws IOException {
    List<Shard> shards = numbered(split);
    // One shard is asked for even where there is none.
    for (int index = 0; index < Math.max(1, shards.size()); index++) {
      Shard shard = index < shards.size() ? shards.get(index) : null;
      if (shard != null && shard.number < index) {
        throw malformed(
            shard.file, "every number once", "also " + shards.get(index - 1).file.getFileName());
      }
      if (shard == null || shard.number > index) {
        throw malformed(
            shard(split, index),
            "shards numbered from 0 without a gap",
            "no such file; " + contents(split));
      }
    }
    return shards.stream().map(Shard::file).toList();
  }

  /** What is there instead, and what to do about it. */
  private String contents(Split split) throws IOException {
    if (!Files.isDirectory(folder(split))) {
      return "there is no folder " + folder(split);
    }
    List<String> names = files(split).stream().map(file -> file.getFileName().toString()).toList();
    if (names.isEmpty()) {
      return "the folder is empty";
    }
    String more =
        names.size() > NAMED_FILES ? ", and " + (names.size() - NAMED_FILES) + " more" : "";
    return "the folder has "
        + String.join(", ", names.subList(0, Math.min(NAMED_FILES, names.size())))
        + more
        + (names.stream().anyMatch(name -> COMPRESSED.matcher(name).matches())
            ? "; unpack what is compressed"
            : "")
        + (names.stream().anyMatch(name -> name.endsWith(".tar"))
            ? "; shards are called " + prefix(split) + "0.tar, " + prefix(split) + "1.tar, …"
            : "");
  }

  private static MalformedSampleException malformed(Path file, String expected, String found) {
    return new MalformedSampleException(file.toString(), null, null, expected, found);
  }

  private String prefix(Split split) {
    return String.format(Locale.ROOT, "%s_subj%02d_", split.folder(), subject);
  }
}
