// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.hdf5;

import io.jhdf.exceptions.HdfException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mindeye.formats.tensor.MalformedFileException;

/**
 * Calls into jHDF. A damaged file makes it throw whatever its code happens to meet, for want of
 * memory too where a damaged length is asked for; all of it is one thing to a caller.
 */
final class Parser {
  private static final String NEWER =
      "; it is newer than what is read, as of HDF5 2.0 with libver='latest': save it again in"
          + " Python with h5py.File(name, 'w', libver=('earliest', 'v108'))";

  private static final String COMPRESSED =
      "; save it again with compression='gzip' (h5py), or without";

  private static final String ELSEWHERE = "; save its numbers in the file itself";

  private static final String WRITTEN = "; if parts of it were never written, write all of it";

  /** Where an address or a length is missing. */
  private static final Pattern OF_UNWRITTEN =
      Pattern.compile("at address -1$|^Zero bytes inflated$|^Position must be non-negative$");

  /** What jHDF says where a structure is newer than it. */
  private static final Pattern OF_NEWER =
      Pattern.compile("unsupported|unrecognized|version", Pattern.CASE_INSENSITIVE);

  private static final Pattern OF_FILTERS = Pattern.compile("filter is not available");
  private static final Pattern OF_OTHER_FILES =
      Pattern.compile("External Data Files|Virtual storage");

  private Parser() {}

  /**
   * Does something with a file.
   *
   * @param place names file and dataset
   * @param expected what should be there
   * @param call to jHDF
   * @throws MalformedFileException for every failure inside jHDF
   */
  static <T> T call(String place, String expected, Supplier<T> call) {
    try {
      return call.get();
    } catch (MalformedFileException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      MalformedFileException refused = new MalformedFileException(place, expected, describe(e));
      refused.initCause(e);
      throw refused;
    }
  }

  private static String describe(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "one that asks for more memory than there is: damaged, or give the process more heap";
    }
    if (failure instanceof StackOverflowError) {
      return "one whose parts contain each other: damaged";
    }
    StringBuilder said = new StringBuilder();
    String advice = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && said.indexOf(message) < 0) {
        said.append(said.isEmpty() ? "" : ": ").append(message);
      }
      if (message != null && (cause instanceof HdfException || isUnwritten(message))) {
        advice = advice(message).orElse(advice);
      }
    }
    String reason = said.isEmpty() ? failure.getClass().getSimpleName() : said.toString();
    return "one that cannot be read (" + reason + ")" + advice;
  }

  /** Whether this is what jHDF says where what it reads was never written. */
  static boolean isUnwritten(String message) {
    return OF_UNWRITTEN.matcher(message).find();
  }

  private static Optional<String> advice(String message) {
    if (isUnwritten(message)) {
      return Optional.of(WRITTEN);
    }
    if (OF_FILTERS.matcher(message).find()) {
      return Optional.of(COMPRESSED);
    }
    if (OF_OTHER_FILES.matcher(message).find()) {
      return Optional.of(ELSEWHERE);
    }
    return OF_NEWER.matcher(message).find() ? Optional.of(NEWER) : Optional.empty();
  }
}
