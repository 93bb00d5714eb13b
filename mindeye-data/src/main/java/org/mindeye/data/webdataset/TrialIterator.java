// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mindeye.Plural;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.Trial;
import org.mindeye.formats.io.CloseOnFailure;

/** One walk through all shards, with at most one file open. */
final class TrialIterator implements Iterator<Trial>, AutoCloseable {
  private final List<Path> shards;
  private final ReaderConfig config;
  private final SampleDecoder decoder;
  private final OptionalLong total;
  private final Consumer<TrialIterator> onClose;

  private int nextShard;
  private long delivered;
  private TarSampleReader reader;
  private RawSample ahead;
  private boolean closed;

  /** Every sample of every shard was delivered. */
  private boolean finished;

  TrialIterator(
      List<Path> shards,
      ReaderConfig config,
      long images,
      OptionalLong total,
      Consumer<TrialIterator> onClose) {
    this.shards = shards;
    this.config = config;
    this.decoder = new SampleDecoder(config, images);
    this.total = total;
    this.onClose = onClose;
  }

  @Override
  public boolean hasNext() {
    if (ahead == null && !finished) {
      if (closed) {
        throw new IllegalStateException("the dataset was closed, or an earlier sample failed");
      }
      ahead = orClose(this::advance);
    }
    return ahead != null;
  }

  @Override
  public Trial next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more samples in " + shards);
    }
    RawSample sample = ahead;
    ahead = null;
    Trial trial = orClose(() -> decoder.decode(sample));
    delivered++;
    return trial;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ahead = null;
      onClose.accept(this);
      closeReader();
    }
  }

  /** The next sample, or null after the last shard. */
  private RawSample advance() {
    while (true) {
      if (reader == null) {
        if (nextShard == shards.size()) {
          requireTotal();
          finished = true;
          close();
          return null;
        }
        reader = TarSampleReader.open(shards.get(nextShard++), config.maxMemberBytes());
      }
      RawSample sample = reader.next();
      if (sample != null) {
        return sample;
      }
      closeReader();
    }
  }

  private void requireTotal() {
    if (total.isPresent() && total.getAsLong() != delivered) {
      throw new MalformedSampleException(
          shards.get(0) + " to " + shards.get(shards.size() - 1),
          null,
          null,
          Plural.of(total.getAsLong(), "sample") + ", as the metadata file states,",
          String.valueOf(delivered));
    }
  }

  private <T> T orClose(Supplier<T> step) {
    try (CloseOnFailure failed = new CloseOnFailure()) {
      failed.add(this);
      return failed.done(step.get());
    }
  }

  private void closeReader() {
    TarSampleReader closing = reader;
    reader = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
