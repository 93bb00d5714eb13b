// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the limits of Linux's control groups, versions 1 and 2, leave to this process. */
final class ControlGroups {
  /** A hierarchy of groups: where it is mounted and what its files are called. */
  private enum Version {
    ONE("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    TWO("", "memory.max", "memory.current", "inactive_file");

    private final String mount;
    private final String limit;
    private final String used;
    private final Pattern cache;

    Version(String mount, String limit, String used, String cache) {
      this.mount = mount;
      this.limit = limit;
      this.used = used;
      this.cache = Pattern.compile("(?m)^" + cache + " (\\d+)$");
    }
  }

  private static final Pattern FIRST = Pattern.compile("(?m)^\\d+:(?:.*,)?memory(?:,.*)?:/(.*)$");
  private static final Pattern SECOND = Pattern.compile("(?m)^0::/(.*)$");

  private final Path root;

  /** Groups of the system whose files lie below a root directory. */
  ControlGroups(Path root) {
    this.root = root;
  }

  /** The least that any group around this process has left; empty without limits. */
  OptionalLong left() throws IOException {
    Path file = root.resolve("proc/self/cgroup");
    String membership = Files.exists(file) ? Files.readString(file) : "";
    List<Long> all = new ArrayList<>();
    collect(Version.ONE, path(FIRST, membership), all);
    collect(Version.TWO, path(SECOND, membership), all);
    return all.stream().mapToLong(Long::longValue).min();
  }

  private static String path(Pattern pattern, String membership) {
    Matcher line = pattern.matcher(membership);
    return line.find() ? line.group(1) : "";
  }

  /** Limits hold for all groups below, so each group on the way up counts. */
  private void collect(Version version, String path, List<Long> all) throws IOException {
    Path mount = root.resolve("sys/fs/cgroup").resolve(version.mount).normalize();
    // In a container the path may be the host's, which does not exist here: the mount does.
    for (Path group = mount.resolve(path).normalize();
        group.startsWith(mount);
        group = group.getParent()) {
      OptionalLong left = left(version, group);
      left.ifPresent(all::add);
    }
  }

  /** What one group has left; its page cache can be given up. */
  private static OptionalLong left(Version version, Path group) throws IOException {
    OptionalLong limit = number(group.resolve(version.limit));
    OptionalLong used = number(group.resolve(version.used));
    if (limit.isEmpty() || used.isEmpty()) {
      return OptionalLong.empty();
    }
    Path stat = group.resolve("memory.stat");
    OptionalLong cache =
        Files.exists(stat) ? find(version.cache, Files.readString(stat)) : OptionalLong.empty();
    long left = limit.getAsLong() - used.getAsLong() + cache.orElse(0);
    return OptionalLong.of(Math.max(0, left));
  }

  private static OptionalLong number(Path file) throws IOException {
    String text = Files.exists(file) ? Files.readString(file).strip() : "max";
    return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  /** The number that a pattern finds in a text. */
  static OptionalLong find(Pattern pattern, String text) {
    Matcher line = pattern.matcher(text);
    return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
  }
}
