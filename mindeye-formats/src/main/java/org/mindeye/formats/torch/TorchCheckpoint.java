// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.mindeye.Printable;
import org.mindeye.formats.internal.InputFile;
import org.mindeye.formats.internal.magic.Magic;
import org.mindeye.formats.internal.pickle.PickleLimits;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorElements;
import org.mindeye.formats.tensor.TensorFile;

/**
 * Checkpoints of torch ({@code .pth}, {@code .pt}, {@code .bin}), in the zip container of torch 1.6
 * and later and in the one before it, as plain values and lazy tensors.
 *
 * <p>Such a file is a program for Python's object machine. This class runs none of it: a closed
 * list of functions (torch's tensors and parameters, ordered dictionaries, sizes, devices, NumPy's
 * numbers and arrays) is understood as data, and whatever else the file would call becomes a {@link
 * CheckpointNode.Opaque} value, which {@link #opaque()} lists. The published training checkpoints
 * hold some, in their learning-rate schedule. Only reading a tensor in whose place such a value
 * stands is refused.
 *
 * <p>Limits: 64 MiB of pickle, 4 million values, 1 million of them remembered or waiting, 10 000
 * open containers, integers of 1024 bytes, 64 axes, 100 000 zip entries, and {@link ExpansionLimit}
 * for tensors that repeat what is stored. Otherwise tensors may take any size, storages of more
 * than 2 GiB and files of more than 4 GiB included.
 *
 * <p>What torch refuses is refused: another version of the container, keys that cannot be keys, a
 * storage that is missing or of another length. As in torch, the checksums of the zip container and
 * the version of zip it asks for mean nothing: torch writes files without real checksums ({@code
 * torch.serialization.set_crc32_options}).
 *
 * <p>The values stay readable after closing; tensors are read from the open file.
 */
public final class TorchCheckpoint implements AutoCloseable {
  /** Where training programs keep the weights. */
  private static final List<String> USUAL =
      List.of("model_state_dict", "state_dict", "model", "module");

  /** The tensor of a file that is one tensor. */
  private static final String NAMELESS = "tensor";

  private final String source;
  private final FileChannel channel;
  private final CheckpointNode root;
  private final List<OpaqueObject> opaque;

  private TorchCheckpoint(String source, FileChannel channel, TorchTree tree) {
    this.source = source;
    this.channel = channel;
    this.root = tree.root();
    this.opaque = tree.opaque();
  }

  /**
   * Opens a file and reads everything but the tensors' elements.
   *
   * @param file the file, which must not change while it is open
   * @return the checkpoint; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not a checkpoint, is incomplete, or exceeds the limits
   */
  public static TorchCheckpoint open(Path file) throws IOException {
    return open(file, ExpansionLimit.DEFAULT);
  }

  /**
   * Opens a file whose tensors may take more together than those of other files.
   *
   * @param file the file, which must not change while it is open
   * @param limit on what they take
   * @return the checkpoint; the caller closes it
   * @throws IOException if the file cannot be read
   * @throws MalformedFileException if it is not a checkpoint, is incomplete, or exceeds the limits
   */
  public static TorchCheckpoint open(Path file, ExpansionLimit limit) throws IOException {
    Objects.requireNonNull(limit, "limit");
    try (CloseOnFailure opened = new CloseOnFailure()) {
      FileChannel channel =
          opened.add(InputFile.open(file, "a checkpoint of torch", TorchCheckpoint::mayBeOne));
      String source = file.toString();
      TorchArchive archive = archive(source, channel);
      TorchTree tree = new TorchTree(source, archive, PickleLimits.DEFAULT);
      limit.check(source, tree.tensorCount(), tree.tensorBytes(), archive.stored());
      return opened.done(new TorchCheckpoint(source, channel, tree));
    }
  }

  /** Tar files and other pickles have messages of their own. */
  private static boolean mayBeOne(byte[] head) {
    return Magic.isZip(head) || Magic.isLegacy(head) || Magic.isTar(head);
  }

  private static TorchArchive archive(String source, FileChannel channel) throws IOException {
    byte[] start = new byte[(int) Math.min(channel.size(), 512)];
    TensorElements.in(channel, 0).read(0, ByteBuffer.wrap(start));
    if (Magic.isZip(start)) {
      return ZipContainer.read(source, channel);
    }
    if (Magic.isTar(start)) {
      throw new MalformedFileException(
          source,
          "a checkpoint of torch 0.2 or later",
          "the tar container of older versions; load and save it with a newer torch");
    }
    if (!Magic.isLegacy(start)) {
      throw new MalformedFileException(
          source,
          "a checkpoint of torch, a zip file or one that starts with torch's magic number",
          start.length == 0 ? "an empty file" : "the bytes " + hex(start));
    }
    return LegacyContainer.read(source, channel);
  }

  private static String hex(byte[] start) {
    return HexFormat.ofDelimiter(" ").formatHex(start, 0, Math.min(8, start.length));
  }

  /**
   * Names the file in messages.
   *
   * @return the path the checkpoint was opened with
   */
  public String source() {
    return source;
  }

  /**
   * What the file holds.
   *
   * @return the outermost value, usually a {@link CheckpointNode.Mapping}
   */
  public CheckpointNode root() {
    return root;
  }

  /**
   * What the file holds and this library does not read, nested parts included: every call, name and
   * reference that Python would have carried out, looked up or asked for and that is not one of
   * those read as data, wherever it stands, also where the result is dropped at once. Places that
   * no value has are called {@code (not kept)}.
   *
   * @return one line for each function or class; empty for most files
   */
  public List<OpaqueObject> opaque() {
    return opaque;
  }

  /**
   * Looks a value up.
   *
   * @param path keys of dictionaries and indices of sequences, from the outside inwards
   * @return the value, if there is one
   */
  public Optional<CheckpointNode> find(String... path) {
    CheckpointNode at = root;
    for (String label : path) {
      at = child(at, label);
      if (at == null) {
        return Optional.empty();
      }
    }
    return Optional.of(at);
  }

  /**
   * Looks a value up that has to be there.
   *
   * @param path keys of dictionaries and indices of sequences, from the outside inwards
   * @return the value
   * @throws MalformedFileException if there is none
   */
  public CheckpointNode get(String... path) {
    return find(path)
        .orElseThrow(
            () -> new MalformedFileException(source, "an entry " + join(path), "a " + root));
  }

  private static CheckpointNode child(CheckpointNode parent, String label) {
    boolean index = label.matches("[0-9]{1,9}");
    if (parent instanceof CheckpointNode.Mapping mapping) {
      CheckpointNode named = mapping.get(label).orElse(null);
      return named != null || !index
          ? named
          : mapping.entries().get(new CheckpointNode.Whole(new BigInteger(label)));
    }
    return parent instanceof CheckpointNode.Sequence sequence
            && index
            && Integer.parseInt(label) < sequence.items().size()
        ? sequence.items().get(Integer.parseInt(label))
        : null;
  }

  /**
   * The weights: the dictionary called {@code model_state_dict}, {@code state_dict}, {@code model}
   * or {@code module} (DeepSpeed), or the file itself if it is a dictionary of tensors. A file that
   * is one tensor, or a list, gives what {@link #tensors} does.
   *
   * @return as {@link #stateDict(String, String...)} gives it
   * @throws MalformedFileException if there is no such dictionary, or more than one
   */
  public TensorFile stateDict() {
    List<String> usual = weightKeys();
    if (usual.size() == 1) {
      return stateDict(usual.get(0));
    }
    if (usual.isEmpty() && holdsTensors(root)) {
      return stateDict((CheckpointNode.Mapping) root);
    }
    if (!(root instanceof CheckpointNode.Mapping)) {
      return tensors();
    }
    throw new MalformedFileException(
        source,
        "one dictionary of tensors called model_state_dict, state_dict, model or module, or no other"
            + " value",
        usual.isEmpty() ? "none in a " + summary() : "several: " + usual + "; choose one by name");
  }

  /**
   * A dictionary of tensors, by its place. Entries that are plain values are left out; entries that
   * cannot be read keep their names and are refused when asked for.
   *
   * @param first key of the outermost dictionary, for example {@code model_state_dict}
   * @param further keys inside, if any
   * @return its tensors; closing it closes this checkpoint
   * @throws MalformedFileException if there is no such dictionary
   */
  public TensorFile stateDict(String first, String... further) {
    String[] path = new String[further.length + 1];
    path[0] = first;
    System.arraycopy(further, 0, path, 1, further.length);
    CheckpointNode found = find(path).orElse(null);
    if (found instanceof CheckpointNode.Mapping dictionary) {
      return stateDict(dictionary);
    }
    throw new MalformedFileException(
        source,
        "a dictionary of tensors at " + join(path),
        found == null ? "none in a " + summary() : "a " + found);
  }

  private TensorFile stateDict(CheckpointNode.Mapping dictionary) {
    return new TorchStateDict(this, channel, TorchStateDict.entries(dictionary));
  }

  /**
   * Where the weights usually are.
   *
   * @return the usual keys, see {@link #stateDict()}, whose dictionaries hold tensors
   */
  public List<String> weightKeys() {
    return USUAL.stream().filter(name -> holdsTensors(child(root, name))).toList();
  }

  /**
   * Everything at or below a place, each container once: values may be shared, and may contain
   * themselves.
   *
   * @param path keys of dictionaries and indices of sequences; nothing for the whole file
   * @return in the order of the file, with names from the place on
   * @throws MalformedFileException if there is no such place, or long keys are repeated without end
   */
  public List<CheckpointPlace> places(String... path) {
    return CheckpointPlace.below(source, get(path));
  }

  /**
   * All tensors and arrays at or below a place, however deep: a file that is one tensor, a list of
   * them, dictionaries of lists. They are called by their {@linkplain CheckpointPlace#name places},
   * {@code images/0} for example; a tensor that is the place itself by its key, or {@code tensor}.
   *
   * @param path keys of dictionaries and indices of sequences; nothing for the whole file
   * @return its tensors, without what cannot be read; closing it closes this checkpoint
   * @throws MalformedFileException if there is no such place, no tensor there, or two look the same
   */
  public TensorFile tensors(String... path) {
    String nameless = path.length == 0 ? NAMELESS : path[path.length - 1];
    CheckpointNode node = find(path).orElse(root);
    Map<String, CheckpointNode> found =
        find(path).isEmpty() ? Map.of() : TorchStateDict.readable(source, places(path), nameless);
    if (found.isEmpty()) {
      throw new MalformedFileException(
          source,
          path.length == 0 ? "a tensor" : "a tensor at or below " + join(path),
          "none in a " + (node == root ? summary() : node));
    }
    return new TorchStateDict(this, channel, found);
  }

  private static boolean holdsTensors(CheckpointNode node) {
    return node instanceof CheckpointNode.Mapping mapping
        && mapping.entries().values().stream().anyMatch(CheckpointNode.Tensor.class::isInstance);
  }

  private String summary() {
    return root instanceof CheckpointNode.Mapping mapping
        ? mapping
            + ": "
            + mapping.entries().keySet().stream().limit(20).map(Object::toString).toList()
        : root.toString();
  }

  private static String join(String... path) {
    return Printable.name(String.join("/", path));
  }

  /** Releases the file. Closing twice is harmless. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(source, e);
    }
  }
}
