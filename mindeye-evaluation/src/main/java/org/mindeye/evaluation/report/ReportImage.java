// SPDX-License-Identifier: Apache-2.0
package org.mindeye.evaluation.report;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.mindeye.MindEyeException;

/** An encoded image that is stored inside the report. Immutable. */
public final class ReportImage {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};

  private final String source;
  private final String alternative;
  private final String caption;
  private final boolean highlighted;

  private ReportImage(String source, String alternative, String caption, boolean highlighted) {
    this.source = source;
    this.alternative = Objects.requireNonNull(alternative, "alternative");
    this.caption = Objects.requireNonNull(caption, "caption");
    this.highlighted = highlighted;
  }

  /**
   * Takes an image as it is stored in a file.
   *
   * @param encoded the bytes of a PNG or JPEG file
   * @param alternative what a reader who does not see the image reads instead
   * @return the image
   * @throws MindEyeException if the bytes are in neither format
   */
  public static ReportImage of(byte[] encoded, String alternative) {
    String type = startsWith(encoded, PNG) ? "png" : startsWith(encoded, JPEG) ? "jpeg" : null;
    if (type == null) {
      byte[] head = Arrays.copyOf(encoded, Math.min(4, encoded.length));
      throw new MindEyeException(
          "image '"
              + alternative
              + "': expected the bytes of a PNG or JPEG file but they start with "
              + HexFormat.ofDelimiter(" ").formatHex(head));
    }
    String source = "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(encoded);
    return new ReportImage(source, alternative, "", false);
  }

  private static boolean startsWith(byte[] bytes, byte[] signature) {
    return bytes.length >= signature.length
        && Arrays.equals(bytes, 0, signature.length, signature, 0, signature.length);
  }

  /**
   * The same image with a line of text below it.
   *
   * @param text the caption
   * @return a new image
   */
  public ReportImage withCaption(String text) {
    return new ReportImage(source, alternative, text, highlighted);
  }

  /**
   * The same image in a frame, for example because it is the right answer. Say so in the caption
   * too: not every reader sees the frame.
   *
   * @return a new image
   */
  public ReportImage highlight() {
    return new ReportImage(source, alternative, caption, true);
  }

  void write(Markup html) {
    html.open("figure", "class", highlighted ? "highlighted" : null);
    html.empty("img", "src", source, "alt", alternative);
    if (!caption.isEmpty()) {
      html.element("figcaption", caption);
    }
    html.close();
  }
}
