// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.kind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a file is by its content, whatever its name: for messages about files that a reader cannot
 * use. Every kind says what it is and what to do about it.
 */
public enum FileKind {
  /** A folder. */
  FOLDER("a folder", "give a file in it"),
  /** A file of no bytes. */
  EMPTY("an empty file", "an interrupted download or copy? Get it again"),
  /** The text that stands for a file of Git LFS. */
  LFS_POINTER(
      "a pointer of Git LFS instead of the file",
      "get the file itself: `git lfs pull` in the repository, or the download link of the page"),
  /** A web page. */
  HTML(
      "a web page (HTML) instead of the file",
      "the download asked for a login or a confirmation, or the link is wrong; open it in a"
          + " browser"),
  /** The error message of a server. */
  XML("an XML document", "the error message of a server? Look into it, and get the file again"),
  /** An index of several files of weights. */
  SHARD_INDEX("an index of several files of weights", "pass it where weights are expected"),
  /** Another JSON text. */
  JSON("a JSON file", "a configuration? Give the file of numbers beside it"),
  /** A safetensors file. */
  SAFETENSORS("a safetensors file", "pass it where weights are expected"),
  /** One NumPy array. */
  NPY("a NumPy array (.npy)", "pass it where one array is expected"),
  /** Several NumPy arrays. */
  NPZ("a NumPy archive (.npz)", "pass it where named arrays are expected"),
  /** A checkpoint of torch. */
  TORCH("a checkpoint of torch", "pass it where weights are expected"),
  /** A program of torch with its weights. */
  TORCH_SCRIPT(
      "a TorchScript program",
      "take the safetensors of the same model, or save the weights alone in Python:"
          + " torch.save(torch.jit.load(FILE).state_dict(), 'weights.pth')"),
  /** A Python pickle. */
  PICKLE("a Python pickle", "save its tensors with torch.save or safetensors"),
  /** A zip file that ends too early. */
  CUT_ZIP("the beginning of a zip file", "an incomplete download? Get it again"),
  /** A zip file of no files. */
  EMPTY_ZIP("a zip archive without entries", "the program that wrote it saved nothing"),
  /** A model of Keras. */
  KERAS("a model of Keras (.keras)", "convert its weights to safetensors in Python"),
  /** Another zip file. */
  ZIP("a zip archive of other files", "unpack it and give the file that is needed"),
  /** A tar archive. */
  TAR("a tar archive", "unpack it (tar -xf) and give the file that is needed"),
  /** Compressed with gzip. */
  GZIP("a gzip-compressed file", "decompress it first (gunzip)"),
  /** A compressed brain image. */
  NIFTI_GZ(
      "a compressed NIfTI image (.nii.gz)",
      "pass it where brain images are expected: masks, or responses beside one"),
  /** A compressed tar archive. */
  TAR_GZ(
      "a compressed tar archive (.tar.gz)",
      "unpack it (tar -xzf) and give the file that is needed, or decompress it (gunzip) where the"
          + " tar archive itself is wanted"),
  /** Compressed with bzip2. */
  BZIP2("a bzip2-compressed file", "decompress it first (bunzip2)"),
  /** Compressed with xz. */
  XZ("an xz-compressed file", "decompress it first (unxz)"),
  /** Compressed with zstd. */
  ZSTD("a zstd-compressed file", "decompress it first (unzstd)"),
  /** Compressed with LZ4. */
  LZ4("an LZ4-compressed file", "decompress it first (unlz4)"),
  /** A 7z archive. */
  SEVEN_ZIP("a 7z archive", "unpack it and give the file that is needed"),
  /** A RAR archive. */
  RAR("a RAR archive", "unpack it and give the file that is needed"),
  /** An HDF5 file. */
  HDF5(
      "an HDF5 file",
      "pass it where responses or datasets are expected; of weights, take the safetensors or the"
          + " checkpoint of the same model"),
  /** A MAT file of version 7.3, which is HDF5 inside. */
  MAT_73(
      "a MATLAB file of version 7.3 (HDF5)",
      "pass it where MATLAB's arrays or responses are expected"),
  /** A MAT file of version 5. */
  MAT("a MATLAB file (.mat)", "pass it where MATLAB's arrays are expected"),
  /** A brain image. */
  NIFTI(
      "a NIfTI image (.nii)",
      "pass it where brain images are expected: masks, or responses beside one"),
  /** A network for ONNX. */
  ONNX("an ONNX network", "take the safetensors or the checkpoint it was exported from"),
  /** A network for TensorFlow Lite. */
  TFLITE("a TensorFlow Lite network", "take the safetensors of the same model"),
  /** A checkpoint of TensorFlow. */
  TENSORFLOW(
      "the index of a TensorFlow checkpoint", "take the safetensors or torch weights of the model"),
  /** Weights for llama.cpp. */
  GGUF("a GGUF file", "take the safetensors of the same model"),
  /** A picture. */
  PNG("a PNG picture", "pass it where pictures are expected"),
  /** A picture. */
  JPEG("a JPEG picture", "pass it where pictures are expected"),
  /** A document. */
  PDF("a PDF document", "get the file again"),
  /** Other text. */
  TEXT("a text", "look into it: it may say why the download failed"),
  /** Something else. */
  UNKNOWN("a file of an unknown kind", "is it complete, and the right one?");

  private static final int SHOWN_BYTES = 16;
  private static final int SHOWN_FILES = 4;

  private final String words;
  private final String advice;

  FileKind(String words, String advice) {
    this.words = words;
    this.advice = advice;
  }

  /**
   * Looks at the first bytes of a file, at its last ones, and at the table of a zip file.
   *
   * @param file a file or a folder
   * @return what it is
   * @throws IOException if it cannot be read
   */
  public static FileKind detect(Path file) throws IOException {
    return Files.isDirectory(file) ? FOLDER : FileMagic.read(file).kind();
  }

  /**
   * What a file is, and what to do: the end of a message that says what was wanted instead.
   *
   * @param file a file or a folder
   * @return for example {@code a gzip-compressed file: decompress it first (gunzip)}
   * @throws IOException if it cannot be read
   */
  public static String describe(Path file) throws IOException {
    FileKind kind = detect(file);
    return switch (kind) {
      case FOLDER -> kind.words + inside(file) + ": " + kind.advice;
      case UNKNOWN, TEXT ->
          kind.words
              + " that begins with "
              + HexFormat.ofDelimiter(" ").formatHex(FileMagic.read(file).start(SHOWN_BYTES))
              + ": "
              + kind.advice;
      default -> kind.toString();
    };
  }

  private static String inside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .sorted()
              .limit(SHOWN_FILES + 1)
              .toList();
      if (names.isEmpty()) {
        return " without files";
      }
      String more = names.size() > SHOWN_FILES ? ", …" : "";
      return " of " + String.join(", ", names.stream().limit(SHOWN_FILES).toList()) + more;
    }
  }

  /**
   * What such a file is.
   *
   * @return for example {@code a NumPy array (.npy)}
   */
  public String words() {
    return words;
  }

  /**
   * What to do about a file of this kind where another is wanted.
   *
   * @return one or two clauses
   */
  public String advice() {
    return advice;
  }

  /**
   * What such a file is, and what to do about it.
   *
   * @return words and {@link #advice}, a colon between
   */
  @Override
  public String toString() {
    return words + ": " + advice;
  }
}
