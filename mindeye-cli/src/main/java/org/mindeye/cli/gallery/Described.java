// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import java.util.Map;
import java.util.stream.Stream;

/** What a gallery's metadata is called. */
final class Described {
  /** The path of a picture in the folder that its part names. */
  static final String PICTURE = "picture";

  /** A line of --names. */
  static final String NAME = "name";

  private Described() {}

  /** What something that was found is called: as a person would, if that is known. */
  static String name(long id, Map<String, String> metadata) {
    return Stream.of(PICTURE, NAME, "image_path", "url", "caption")
        .map(metadata::get)
        .filter(text -> text != null && !text.isBlank())
        .findFirst()
        .orElse("row " + id);
  }
}
