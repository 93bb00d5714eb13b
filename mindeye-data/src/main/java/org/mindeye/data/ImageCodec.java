// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mindeye.data.EncodedImage.Format;
import org.mindeye.data.internal.picture.PictureFile;
import org.mindeye.data.internal.picture.UnreadablePictureException;

/** JPEG and PNG without temporary files and without a display. */
final class ImageCodec {
  private static final String MEMBER = "image";

  private ImageCodec() {}

  static ImageHeader readHeader(SampleOrigin origin, byte[] bytes, ImageLimits limits) {
    PictureFile file = file(origin, bytes);
    if (file.width() > limits.width() || file.height() > limits.height()) {
      throw origin.malformed(
          MEMBER, "at most " + limits + " pixels", file.width() + "x" + file.height());
    }
    return new ImageHeader(Format.valueOf(file.format()), file.width(), file.height());
  }

  /** Row by row, {@code 0xRRGGBB}. */
  static int[] decode(SampleOrigin origin, byte[] bytes) {
    try {
      return file(origin, bytes).decode();
    } catch (UnreadablePictureException e) {
      throw malformed(origin, e);
    }
  }

  private static PictureFile file(SampleOrigin origin, byte[] bytes) {
    try {
      return PictureFile.of(bytes);
    } catch (UnreadablePictureException e) {
      throw malformed(origin, e);
    }
  }

  private static MalformedSampleException malformed(
      SampleOrigin origin, UnreadablePictureException e) {
    return origin.malformed(MEMBER, e.expected(), e.found()).causedBy(e);
  }

  static byte[] encodePng(BufferedImage image) {
    return encode(Format.PNG, image, null);
  }

  static byte[] encodeJpeg(BufferedImage image, float quality) {
    if (!(quality >= 0 && quality <= 1)) {
      throw new IllegalArgumentException("JPEG quality must be in [0, 1] but was " + quality);
    }
    return encode(Format.JPG, image, quality);
  }

  private static byte[] encode(Format format, BufferedImage image, Float quality) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format.extension()).next();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (quality != null) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
      }
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException("image of type " + image.getType() + " as " + format, e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
