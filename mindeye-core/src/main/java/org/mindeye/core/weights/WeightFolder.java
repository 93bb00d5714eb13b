// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.formats.kind.FileKind;
import org.mindeye.formats.tensor.MalformedFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with one network, as diffusers and transformers save it: {@code config.json}, and the
 * weights in one file or several ones that have an index, as safetensors or torch's {@code .bin},
 * in full precision or (a name with {@code fp16} or {@code bf16}) in 16 bits.
 *
 * <p>Where the weights are there more than once, this order decides, and {@link #open} says in the
 * log which were taken: full precision before 16 bits, then safetensors before {@code .bin}, then
 * one file before several. Weights of other variants ({@code .non_ema}, {@code .ema}) are left
 * alone. What is chosen and turns out to be broken is refused, whatever else is there.
 */
public final class WeightFolder {
  /** The name of the file that describes the network. */
  public static final String CONFIG = "config.json";

  private static final Logger LOG = LoggerFactory.getLogger(WeightFolder.class);
  private static final String STEMS = "(diffusion_pytorch_model|pytorch_model|model)";
  private static final Pattern ONE =
      Pattern.compile(STEMS + "(\\.(fp16|bf16))?\\.(safetensors|bin)");
  private static final Pattern INDEX =
      Pattern.compile(
          STEMS + "\\.(safetensors|bin)(\\.(?:fp16|bf16))?\\.index(\\.(?:fp16|bf16))?\\.json");
  private static final Pattern SHARD =
      Pattern.compile(STEMS + "(\\.\\w+)?-\\d{5}-of-\\d{5}\\.(safetensors|bin)");

  private final Path folder;
  private final List<Variant> variants;

  /** One copy of the weights; the order of the components is the order of choice. */
  private record Variant(boolean half, boolean pickle, boolean sharded, String file) {
    static final Comparator<Variant> ORDER =
        Comparator.comparing(Variant::half)
            .thenComparing(Variant::pickle)
            .thenComparing(Variant::sharded)
            .thenComparing(Variant::file);

    static Optional<Variant> of(String name) {
      Matcher one = ONE.matcher(name);
      if (one.matches()) {
        boolean half = one.group(2) != null;
        return Optional.of(new Variant(half, one.group(4).equals("bin"), false, name));
      }
      Matcher index = INDEX.matcher(name);
      if (index.matches()) {
        boolean half = index.group(3) != null || index.group(4) != null;
        return Optional.of(new Variant(half, index.group(2).equals("bin"), true, name));
      }
      return Optional.empty();
    }
  }

  private WeightFolder(Path folder, List<Variant> variants) {
    this.folder = folder;
    this.variants = variants;
  }

  /**
   * Looks at the names in a folder.
   *
   * @param folder of one network
   * @return what is there
   * @throws NotDirectoryException if it is no folder; the message says what it is
   * @throws NoSuchFileException if there is no such folder, or none of the names above in it; for a
   *     published one, says what it is and where to get it
   * @throws IOException if it cannot be read
   */
  public static WeightFolder at(Path folder) throws IOException {
    if (Files.notExists(Objects.requireNonNull(folder, "folder"))) {
      throw new NoSuchFileException(
          folder.toString(), null, ArtefactManifest.missingReason(folder));
    }
    if (!Files.isDirectory(folder)) {
      throw new MalformedFileException(
          folder.toString(), "a folder with " + CONFIG + " and weights", FileKind.describe(folder));
    }
    List<String> names = names(folder);
    List<Variant> variants =
        names.stream().flatMap(n -> Variant.of(n).stream()).sorted(Variant.ORDER).toList();
    if (variants.isEmpty()) {
      throw new NoSuchFileException(folder.toString(), null, noWeights(folder, names));
    }
    return new WeightFolder(folder, variants);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String noWeights(Path folder, List<String> names) throws IOException {
    Optional<String> shard = names.stream().filter(n -> SHARD.matcher(n).matches()).findFirst();
    if (shard.isPresent()) {
      return "weights in several files, "
          + shard.get()
          + " among them, but not their index (*.index.json): get it from where they come from";
    }
    return "no weights: expected diffusion_pytorch_model.safetensors or model.safetensors, the same"
        + " as .bin, or the *.index.json of several such files, but found "
        + FileKind.describe(folder).replaceFirst(": give a file in it$", "")
        + ArtefactManifest.find(folder).map(artefact -> "; it is " + artefact).orElse("");
  }

  /**
   * Opens weights, whether they are given as a file or as their folder.
   *
   * @param place a file, see {@link WeightFiles#open(Path)}, or a folder as above
   * @return their tensors; the caller closes it
   * @throws IOException if they cannot be read
   * @throws MalformedFileException if they are broken
   */
  public static StateDict openAt(Path place) throws IOException {
    Objects.requireNonNull(place, "place");
    return Files.isDirectory(place) ? at(place).open() : WeightFiles.open(place);
  }

  /**
   * The description of the network, if weights are given as their folder and it has one.
   *
   * @param place a file or a folder as above
   * @return the path of {@code config.json}
   */
  public static Optional<Path> configAt(Path place) {
    Objects.requireNonNull(place, "place");
    return Optional.of(place.resolve(CONFIG)).filter(Files::isRegularFile);
  }

  /**
   * The description of the network, which may be missing.
   *
   * @return the path of {@code config.json}
   */
  public Path config() {
    return folder.resolve(CONFIG);
  }

  /**
   * The weights that {@link #open} opens.
   *
   * @return a file, or the index of several ones
   */
  public Path weights() {
    return folder.resolve(variants.get(0).file());
  }

  /**
   * All files that {@link #open} reads.
   *
   * @return the file; or the index, and behind it the files that its name stands for, by name
   * @throws IOException if the folder cannot be read
   */
  public List<Path> files() throws IOException {
    Matcher index = INDEX.matcher(variants.get(0).file());
    if (!index.matches()) {
      return List.of(weights());
    }
    List<Path> files = new ArrayList<>(List.of(weights()));
    for (String name : names(folder)) {
      Matcher shard = SHARD.matcher(name);
      boolean half = shard.matches() && shard.group(2) != null;
      if (shard.matches()
          && shard.group(1).equals(index.group(1))
          && shard.group(3).equals(index.group(2))
          && half == variants.get(0).half()) {
        files.add(folder.resolve(name));
      }
    }
    return List.copyOf(files);
  }

  /**
   * All files of weights that are given as a file or as their folder.
   *
   * @param place a file or a folder as above
   * @return the file, or those of {@link #files}
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> filesAt(Path place) throws IOException {
    Objects.requireNonNull(place, "place");
    return Files.isDirectory(place) ? at(place).files() : List.of(place);
  }

  /**
   * The same weights again, in the order of choice.
   *
   * @return files and indexes that are left alone
   */
  public List<Path> others() {
    return variants.stream().skip(1).map(each -> folder.resolve(each.file())).toList();
  }

  /**
   * Opens the weights, and logs which of several were chosen.
   *
   * @return their tensors; the caller closes it
   * @throws IOException if they cannot be read
   * @throws MalformedFileException if they are broken
   */
  public StateDict open() throws IOException {
    if (variants.size() > 1) {
      LOG.info(
          "{}: takes {} and leaves {}",
          folder,
          variants.get(0).file(),
          variants.stream().skip(1).map(Variant::file).collect(Collectors.joining(", ")));
    }
    return WeightFiles.open(weights());
  }

  /**
   * For messages.
   *
   * @return the folder
   */
  @Override
  public String toString() {
    return folder.toString();
  }
}
