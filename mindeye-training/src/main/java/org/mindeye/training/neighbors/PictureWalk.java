// SPDX-License-Identifier: Apache-2.0
package org.mindeye.training.neighbors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.mindeye.MindEyeException;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.data.EncodedImage;
import org.mindeye.training.neighbors.SecondOrderResult.Skipped;

/**
 * Reads the pictures of neighbours from the nearest on, as many at once as are still wanted, until
 * there are enough. The result does not depend on which comes first.
 */
final class PictureWalk {
  private final List<Neighbor> neighbors = new ArrayList<>();
  private final List<EncodedImage> images = new ArrayList<>();
  private final List<float[]> planes = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  private PictureWalk() {}

  /** A picture and its pixels, or why there is none. */
  private record Outcome(EncodedImage image, float[] planes, String failure) {}

  static PictureWalk along(List<Neighbor> found, NeighborPictures pictures, int wanted) {
    PictureWalk walk = new PictureWalk();
    ExecutorService threads = Executors.newFixedThreadPool(wanted, PictureWalk::daemon);
    try {
      int next = 0;
      while (walk.images.size() < wanted && next < found.size()) {
        int to = Math.min(found.size(), next + wanted - walk.images.size());
        List<Neighbor> some = found.subList(next, to);
        List<Future<Outcome>> outcomes =
            some.stream().map(each -> threads.submit(() -> read(each, pictures))).toList();
        for (int i = 0; i < some.size(); i++) {
          walk.add(some.get(i), outcomes.get(i).get());
        }
        next = to;
      }
      return walk;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("reading the pictures of neighbours was interrupted");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException("reading a picture failed: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "neighbor pictures");
    thread.setDaemon(true);
    return thread;
  }

  private static Outcome read(Neighbor neighbor, NeighborPictures pictures) {
    try {
      EncodedImage image = pictures.read(neighbor);
      return new Outcome(image, image.toFloats(), null);
    } catch (IOException | MindEyeException e) {
      return new Outcome(null, null, String.valueOf(e.getMessage()));
    }
  }

  private void add(Neighbor neighbor, Outcome outcome) {
    if (outcome.failure == null) {
      neighbors.add(neighbor);
      images.add(outcome.image);
      planes.add(outcome.planes);
    } else {
      skipped.add(new Skipped(neighbor, outcome.failure));
    }
  }

  int count() {
    return images.size();
  }

  Neighbor neighbor(int number) {
    return neighbors.get(number);
  }

  EncodedImage image(int number) {
    return images.get(number);
  }

  /** Red, green and blue plane. */
  float[] planes(int number) {
    return planes.get(number);
  }

  List<Skipped> skipped() {
    return skipped;
  }
}
