// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.internal.picture;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.mindeye.Plural;

/** The decoders that come with Java, whatever else is on the class path. */
enum JavaCodec {
  /** libjpeg; gives components as they are stored. */
  JPEG("jpeg", "JPG") {
    @Override
    Raster read(ImageReader reader) throws IOException {
      return reader.readRaster(0, null);
    }
  },
  /** Written in Java; gives samples as they are stored, alpha and all. */
  PNG("png", "PNG") {
    @Override
    Raster read(ImageReader reader) throws IOException {
      return reader.read(0).getRaster();
    }
  };

  /** Some encoders leave the fields of a scan that a baseline decoder does not need at zero. */
  private static final String HARMLESS = "Invalid SOS parameters";

  private final ImageReaderSpi provider;
  private final String name;

  JavaCodec(String format, String name) {
    this.provider = provider(format);
    this.name = name;
  }

  private static ImageReaderSpi provider(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().startsWith("com.sun.imageio.")) {
        return reader.getOriginatingProvider();
      }
    }
    throw new IllegalStateException(
        "this Java has no decoder for " + format + ": use one with the module java.desktop");
  }

  abstract Raster read(ImageReader reader) throws IOException;

  /** Decodes a whole file. Anything the codec finds odd counts as damage: it would guess. */
  Raster raster(byte[] file) throws UnreadablePictureException {
    List<String> warnings = new ArrayList<>();
    Raster raster = decoded(file, warnings);
    warnings.removeIf(warning -> warning.contains(HARMLESS));
    if (!warnings.isEmpty()) {
      throw new UnreadablePictureException("a complete " + name, String.join("; ", warnings));
    }
    return raster;
  }

  private Raster decoded(byte[] file, List<String> warnings) throws UnreadablePictureException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      ImageReader reader = provider.createReaderInstance();
      try {
        reader.setInput(in, true, true);
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        return read(reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // The codecs report damaged files with several kinds of runtime exceptions.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new UnreadablePictureException(
          "a readable " + name, Plural.of(file.length, "byte") + " that fail: " + reason, e);
    }
  }
}
