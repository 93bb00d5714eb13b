// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What still happens when the process is requested to end, by SIGTERM, SIGINT or {@link
 * System#exit}:
 *
 * <ol>
 *   <li>what was to run {@link #first} runs, and is waited for: a training run that finishes its
 *       step and saves;
 *   <li>what is about to appear under its final name does so, see {@link #commit};
 *   <li>what is {@linkplain #unfinished unfinished} is deleted.
 * </ol>
 *
 * <p>It is one shutdown hook; the JVM runs others alongside. What a killed process (SIGKILL, power)
 * leaves is a matter of {@link StagedFile#sweep}. Safe for concurrent use.
 */
public final class ProcessEnd {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

  /** A folder may get another file while it is deleted: its writer does not know about it. */
  private static final int ATTEMPTS = 5;

  private static final ProcessEnd PROCESS = hooked();

  private final List<Registration> unfinished = new CopyOnWriteArrayList<>();
  private final Deque<Registration> first = new ArrayDeque<>();
  private final ReadWriteLock commits = new ReentrantReadWriteLock();
  private volatile boolean begun;
  private boolean over;

  ProcessEnd() {}

  private static ProcessEnd hooked() {
    ProcessEnd end = new ProcessEnd();
    Runtime.getRuntime().addShutdownHook(new Thread(end::run, "mindeye-process-end"));
    return end;
  }

  /** What {@link #PROCESS} is for the process. */
  static ProcessEnd process() {
    return PROCESS;
  }

  /** Something that is wanted when the process ends, until this is closed. */
  public static final class Registration implements Closeable {
    private final ProcessEnd end;
    private final Task task;

    private Registration(ProcessEnd end, Task task) {
      this.end = end;
      this.task = task;
    }

    /** Takes it back. Closing twice is harmless, and so is closing when it has happened. */
    @Override
    public void close() {
      end.forget(this);
    }
  }

  @FunctionalInterface
  private interface Task {
    void run() throws IOException;
  }

  /** Something that renames or replaces files. */
  @FunctionalInterface
  public interface Commit {
    /**
     * Does it.
     *
     * @throws IOException if the disk refuses
     */
    void run() throws IOException;
  }

  /**
   * Runs something before anything is deleted; the process waits for it.
   *
   * @param task should be quick to end, for the user waits as well
   * @return to be closed when it is no longer wanted
   */
  public static Registration first(Runnable task) {
    return PROCESS.addFirst(task);
  }

  /**
   * Deletes a file or a folder with all that is in it unless it is finished before.
   *
   * @param path need not exist yet; links are deleted and not followed
   * @return to be closed when the path is complete or gone
   * @throws IOException if the process is ending, and would not delete it any more
   */
  public static Registration unfinished(Path path) throws IOException {
    return PROCESS.addUnfinished(path);
  }

  /**
   * Lets something happen as a whole: a process that is ending waits for it before it deletes what
   * is unfinished.
   *
   * @param commit should be quick
   * @throws IOException if the disk refuses, or the process is ending and has deleted already
   */
  public static void commit(Commit commit) throws IOException {
    PROCESS.committing(commit);
  }

  /**
   * Whether the process was requested to end.
   *
   * @return whether any of this has begun
   */
  public static boolean hasBegun() {
    return PROCESS.begun;
  }

  Registration addFirst(Runnable task) {
    Registration registration = new Registration(this, task::run);
    synchronized (first) {
      first.add(registration);
    }
    return registration;
  }

  Registration addUnfinished(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Registration registration = new Registration(this, () -> delete(absolute));
    committing(() -> unfinished.add(registration));
    return registration;
  }

  void committing(Commit commit) throws IOException {
    commits.readLock().lock();
    try {
      if (over) {
        throw new IOException("the process is ending; nothing is written any more");
      }
      commit.run();
    } finally {
      commits.readLock().unlock();
    }
  }

  private void forget(Registration registration) {
    unfinished.remove(registration);
    synchronized (first) {
      first.remove(registration);
    }
  }

  void run() {
    begun = true;
    for (Registration next = nextFirst(); next != null; next = nextFirst()) {
      attempt(next);
    }
    commits.writeLock().lock();
    try {
      over = true;
    } finally {
      commits.writeLock().unlock();
    }
    new ArrayList<>(unfinished).forEach(ProcessEnd::attempt);
    unfinished.clear();
  }

  private Registration nextFirst() {
    synchronized (first) {
      return first.poll();
    }
  }

  /** The others have to continue. */
  private static void attempt(Registration registration) {
    try {
      registration.task.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("what was to be done before the process ends has failed: {}", e.toString());
    }
  }

  private static void delete(Path path) throws IOException {
    IOException failure = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          Folders.delete(path);
        }
        return;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }
}
