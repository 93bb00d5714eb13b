// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import org.mindeye.Plural;

/** A JPEG: its frame header, and the markers that say what its components mean. */
final class JpegFile implements PictureFile {
  private static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int SOF15 = 0xcf;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;

  private final byte[] bytes;

  /** The file without the markers that belong to applications: what its levels depend on. */
  private final ByteArrayOutputStream bare = new ByteArrayOutputStream();

  private JpegFrame frame;
  private boolean progressive;
  private boolean jfif;
  private int adobe = JpegColors.NO_ADOBE;

  private JpegFile(byte[] bytes) {
    this.bytes = bytes;
  }

  static JpegFile parse(byte[] bytes) throws UnreadablePictureException {
    JpegFile file = new JpegFile(bytes);
    file.readSegments();
    return file;
  }

  private void readSegments() throws UnreadablePictureException {
    bare.write(bytes, 0, 2);
    int at = nextMarker(2);
    while (Bytes.at(bytes, at) != SOS) {
      int length = length(at);
      int marker = Bytes.at(bytes, at);
      note(marker, at + 3, length - 2);
      if (!(marker >= APP0 && marker <= APP15) && marker != COM) {
        bare.write(0xff);
        bare.write(bytes, at, length + 1);
      }
      at = nextMarker(at + 1 + length);
    }
    if (frame == null) {
      throw damaged("no frame header before the first scan");
    }
    bare.write(0xff);
    bare.write(bytes, at, bytes.length - at);
  }

  /** The place of the next marker's code. Like the original's loader, skips what lies between. */
  private int nextMarker(int from) throws UnreadablePictureException {
    int at = from;
    while (true) {
      while (at < bytes.length && Bytes.at(bytes, at) != 0xff) {
        at++;
      }
      while (at < bytes.length && Bytes.at(bytes, at) == 0xff) {
        at++;
      }
      if (at >= bytes.length || Bytes.at(bytes, at) == EOI) {
        throw damaged("no picture before the end of the file");
      }
      if (Bytes.at(bytes, at) != 0) {
        return at;
      }
    }
  }

  /** Of a segment, with the two bytes that hold it. */
  private int length(int marker) throws UnreadablePictureException {
    int length = marker + 3 > bytes.length ? 0 : Bytes.shortAt(bytes, marker + 1);
    if (length < 2 || marker + 1 + length > bytes.length) {
      throw damaged("a header that is cut off");
    }
    return length;
  }

  private void note(int marker, int at, int length) throws UnreadablePictureException {
    if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
      if (marker > SOF2) {
        throw new UnreadablePictureException(
            "a baseline or progressive JPEG",
            "frame type "
                + (marker - SOF0)
                + " (arithmetic coding, lossless or hierarchical); save it again as baseline");
      }
      frame = JpegFrame.parse(bytes, at, length);
      progressive = marker == SOF2;
    } else if (marker == APP0 && length >= 14) {
      jfif |= Bytes.haveAt(bytes, at, 'J', 'F', 'I', 'F', 0);
    } else if (marker == APP14 && length >= 12 && Bytes.haveAt(bytes, at, "Adobe")) {
      adobe = Bytes.at(bytes, at + 11);
    }
  }

  private UnreadablePictureException damaged(String found) {
    return new UnreadablePictureException(
        "a readable JPG", Plural.of(bytes.length, "byte") + " that fail: " + found);
  }

  @Override
  public String format() {
    return "JPG";
  }

  @Override
  public int width() {
    return frame.width();
  }

  @Override
  public int height() {
    return frame.height();
  }

  @Override
  public int[] decode() throws UnreadablePictureException {
    byte[] file = bare.toByteArray();
    if (progressive) {
      ProgressiveScans.requireComplete(file, frame);
    }
    Raster raster = JavaCodec.JPEG.raster(file);
    if (raster.getWidth() != frame.width()
        || raster.getHeight() != frame.height()
        || raster.getNumBands() != frame.components().size()) {
      throw damaged("another size or number of components than its header states");
    }
    JpegPlanes planes = JpegPlanes.of(raster);
    planes.smoothDoubledRows(frame);
    return JpegColors.of(frame, jfif, adobe).toRgb(planes);
  }
}
