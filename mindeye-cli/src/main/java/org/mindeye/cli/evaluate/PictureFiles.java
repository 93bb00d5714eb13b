// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.data.EncodedImage;
import org.mindeye.data.ImageLimits;
import org.mindeye.data.MalformedSampleException;
import org.mindeye.data.SampleOrigin;

/** Pictures as files. */
public final class PictureFiles {
  private static final Set<String> ENDINGS = Set.of("jpg", "jpeg", "png");

  private PictureFiles() {}

  /**
   * The pictures of a folder.
   *
   * @param folder is not searched deeper
   * @return at least one file that ends in .jpg, .jpeg or .png, in the order of their names
   * @throws IOException if the folder cannot be read
   * @throws MindEyeException if there is none
   */
  public static List<Path> in(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(PictureFiles::isPicture).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new MindEyeException(folder + ": expected .jpg, .jpeg or .png files but found none");
    }
    return files;
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /**
   * Reads a file and looks at its header.
   *
   * @param file JPEG or PNG, whatever its name
   * @return the picture, not yet decoded
   * @throws IOException if it cannot be read
   * @throws MindEyeException if it is no such picture, or a very large one
   */
  public static EncodedImage read(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    SampleOrigin origin = new SampleOrigin(folder.toString(), file.getFileName().toString());
    try {
      return EncodedImage.of(origin, Files.readAllBytes(file), ImageLimits.DEFAULT);
    } catch (MalformedSampleException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Reads and decodes a file.
   *
   * @throws IOException if it cannot be read
   * @throws MindEyeException if it is no picture, or damaged
   */
  static PicturePixels pixels(Path file) throws IOException {
    EncodedImage picture = read(file);
    try {
      return PicturePixels.of(picture);
    } catch (MalformedSampleException e) {
      throw damaged(file, e);
    }
  }

  /**
   * Decodes a picture that was read from a file.
   *
   * @param file where it comes from
   * @param picture what {@link #read} returned
   * @return red, green and blue plane, each row by row, in [0, 1]
   * @throws MindEyeException if it is damaged
   */
  public static float[] planes(Path file, EncodedImage picture) {
    try {
      return picture.toFloats();
    } catch (MalformedSampleException e) {
      throw damaged(file, e);
    }
  }

  private static MindEyeException damaged(Path file, MalformedSampleException cause) {
    String message = file + ": " + cause.problem() + "; write the file again, or leave it out";
    return new MindEyeException(message, cause);
  }
}
