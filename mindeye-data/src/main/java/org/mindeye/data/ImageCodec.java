package org.mindeye.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mindeye.data.EncodedImage.Format;

/** JPEG and PNG through Java's own codecs, without temporary files and without a display. */
final class ImageCodec {
  private static final String MEMBER = "image";

  private ImageCodec() {}

  /** What is asked of a reader that has seen no more than it needs. */
  private interface Task<T> {
    T apply(ImageReader reader) throws IOException;
  }

  static ImageHeader readHeader(SampleOrigin origin, byte[] bytes, ImageLimits limits) {
    Format format = format(origin, bytes);
    ImageHeader header =
        with(
            origin,
            bytes,
            format,
            reader -> new ImageHeader(format, reader.getWidth(0), reader.getHeight(0)));
    if (header.width() > limits.width() || header.height() > limits.height()) {
      throw origin.malformed(
          MEMBER, "at most " + limits + " pixels", header.width() + "x" + header.height());
    }
    return header;
  }

  static BufferedImage decode(SampleOrigin origin, byte[] bytes, Format format) {
    List<String> warnings = new ArrayList<>();
    BufferedImage image =
        with(
            origin,
            bytes,
            format,
            reader -> {
              reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
              return reader.read(0);
            });
    // The codec fills what is missing with gray and only warns. A broken colour profile is no
    // such damage: profiles are not used.
    warnings.removeIf(warning -> warning.toUpperCase(Locale.ROOT).contains("ICC"));
    if (!warnings.isEmpty()) {
      throw origin.malformed(MEMBER, "a complete " + format, String.join("; ", warnings));
    }
    return image;
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

  private static Format format(SampleOrigin origin, byte[] bytes) {
    if (startsWith(bytes, 0xff, 0xd8, 0xff)) {
      return Format.JPG;
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      return Format.PNG;
    }
    throw origin.malformed(MEMBER, "a JPEG or PNG file", bytes.length + " bytes of neither");
  }

  private static boolean startsWith(byte[] bytes, int... signature) {
    boolean same = bytes.length >= signature.length;
    for (int i = 0; same && i < signature.length; i++) {
      same = (bytes[i] & 0xff) == signature[i];
    }
    return same;
  }

  private static <T> T with(SampleOrigin origin, byte[] bytes, Format format, Task<T> task) {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.extension()).next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      return task.apply(reader);
    } catch (IOException | RuntimeException e) {
      // The codecs answer damaged files with several kinds of runtime exceptions.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw origin
          .malformed(MEMBER, "a readable " + format, bytes.length + " bytes that fail: " + reason)
          .causedBy(e);
    } finally {
      reader.dispose();
    }
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
