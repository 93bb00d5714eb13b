// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.clip;

/** What a gallery's embeddings were made of. */
public enum Modality {
  /** Pictures. */
  IMAGE("img_emb", "image"),

  /** Their captions. */
  TEXT("text_emb", "text");

  private final String folder;
  private final String protocol;

  Modality(String folder, String protocol) {
    this.folder = folder;
    this.protocol = protocol;
  }

  /** The folder of its embeddings, and how their files are called. */
  String folder() {
    return folder;
  }

  /** What a server calls it. */
  String protocol() {
    return protocol;
  }
}
