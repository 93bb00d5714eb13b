// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.nn.Network;
import org.mindeye.core.nn.ProductWeight;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.formats.io.CloseOnFailure;
import org.mindeye.formats.tensor.TensorInfo;

/**
 * Copies weights from a file into a network by their published names. Strict: names that are
 * missing, names the network does not know, and tensors of another shape or type are reported
 * together before anything is copied, so no network is half loaded. What a file may lack or hold in
 * excess is listed by patterns, in which {@code *} stands for any characters.
 *
 * <p>A parameter that may have another name in files ({@link Network#otherNames}) is found under
 * those names too, with axes of length 1 behind its own, as convolutions of one pixel have them.
 *
 * <p>Prefixes are a matter of the dictionary: {@link StateDict#under}, {@link
 * StateDict#withPrefixStripped}.
 *
 * <pre>{@code
 * try (StateDict file = WeightFiles.open(path)) {
 *   WeightBinder.strict()
 *       .mayBeExtra("maps_projector.*")
 *       .load(file.withPrefixStripped("module."), network, device);
 * }
 * }</pre>
 *
 * <p>Floating types become those of the parameters: bit by bit where they are the same, exactly
 * into float32 (float64 is rounded), rounded to nearest into float16 and bfloat16.
 *
 * <p>Values are copied as they are, NaN and infinity too: looking at every number would take 5 to 8
 * percent more time than loading does. {@link org.mindeye.core.tensor.Finite#require} looks where a
 * file is not trusted:
 *
 * <pre>{@code
 * network.trainable().forEach(p -> Finite.require(p.getName(), p.getArray(), "train again"));
 * }</pre>
 *
 * <p>Immutable: every option returns a new binder.
 */
public final class WeightBinder {
  private final List<Pattern> missingAllowed;
  private final List<Pattern> extraAllowed;

  private WeightBinder(List<Pattern> missingAllowed, List<Pattern> extraAllowed) {
    this.missingAllowed = missingAllowed;
    this.extraAllowed = extraAllowed;
  }

  /**
   * Every parameter must be in the file, and nothing else.
   *
   * @return the binder
   */
  public static WeightBinder strict() {
    return new WeightBinder(List.of(), List.of());
  }

  /**
   * Allows parameters that the file does not hold. {@link #copyInto} leaves them their value,
   * {@link #load(StateDict, Network, Device, NoiseSource)} draws them; a network that is only
   * loaded would have no values for them.
   *
   * @param patterns names, {@code *} for any characters
   * @return a new binder, in addition to what is allowed already
   */
  public WeightBinder mayBeMissing(String... patterns) {
    return new WeightBinder(joined(missingAllowed, patterns), extraAllowed);
  }

  /**
   * Allows tensors that the network does not know; they are not read.
   *
   * @param patterns names, {@code *} for any characters
   * @return a new binder, in addition to what is allowed already
   */
  public WeightBinder mayBeExtra(String... patterns) {
    return new WeightBinder(missingAllowed, joined(extraAllowed, patterns));
  }

  /**
   * Refuses a file that does not fit a network, by names, shapes and types alone: nothing is read,
   * and the network needs no weights.
   *
   * @param weights the file, or the part of it that belongs to the network; stays open
   * @param network with or without weights
   * @throws WeightMismatchException if the file does not fit
   */
  public void requireFits(StateDict weights, Network network) {
    check(OtherNames.resolved(weights, network), network);
  }

  /**
   * Gives a network its weights. Its parameters are allocated, not initialised, and then filled
   * window by window: no random number is drawn, and the weights are in memory once.
   *
   * @param weights the file, or the part of it that belongs to the network; stays open
   * @param network without weights; stays so if the file does not fit, and is closed if reading
   *     fails half-way
   * @param device where the weights will live
   * @param <N> the network's type
   * @return the network
   * @throws WeightMismatchException if the file does not fit
   * @throws IllegalStateException if the network has weights already or is closed, or parameters
   *     may be missing
   */
  public <N extends Network> N load(StateDict weights, N network, Device device) {
    if (!missingAllowed.isEmpty()) {
      throw new IllegalStateException(
          "parameters that may be missing keep their value, but a network that is loaded has none:"
              + " give a noise source to draw them from, or initialize it and use copyInto");
    }
    return filled(weights, network, () -> network.allocate(device));
  }

  /**
   * The same for a network of which a part is new: parameters that the file does not hold, and need
   * not hold, get the initial values they have before training. No random number is drawn for the
   * others.
   *
   * @param weights the file, or the part of it that belongs to the network; stays open
   * @param network without weights; stays so if the file does not fit, and is closed if reading
   *     fails half-way
   * @param device where the weights will live
   * @param noise where what is missing is drawn from, in the published order
   * @param <N> the network's type
   * @return the network
   * @throws WeightMismatchException if the file does not fit
   * @throws IllegalStateException if the network has weights already, or is closed
   */
  public <N extends Network> N load(
      StateDict weights, N network, Device device, NoiseSource noise) {
    Set<String> present = OtherNames.resolved(weights, network).names();
    return filled(
        weights, network, () -> network.allocate(name -> !present.contains(name), device, noise));
  }

  private <N extends Network> N filled(StateDict file, N network, Runnable allocation) {
    StateDict weights = OtherNames.resolved(file, network);
    check(weights, network);
    allocation.run();
    try (CloseOnFailure opened = new CloseOnFailure()) {
      opened.add(network);
      copy(weights, network);
      return opened.done(network);
    }
  }

  /**
   * Replaces the weights of a network. The parameters stay the same arrays with the same memory;
   * the network must not run in the meantime.
   *
   * @param file the file, or the part of it that belongs to the network; stays open
   * @param network with weights; unchanged if the file does not fit
   * @throws WeightMismatchException if the file does not fit
   * @throws IllegalStateException if the network has no weights
   */
  public void copyInto(StateDict file, Network network) {
    try (Lifetime.Call call = network.enter()) {
      network.device();
      StateDict weights = OtherNames.resolved(file, network);
      check(weights, network);
      copy(weights, network);
    }
  }

  private void check(StateDict weights, Network network) {
    Set<String> unexpected = new TreeSet<>(weights.names());
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    for (Pair<String, Parameter> entry : network.getParameters()) {
      String name = entry.getKey();
      if (unexpected.remove(name)) {
        Parameter wanted = entry.getValue();
        different.addAll(difference(weights.info(name), wanted, network));
      } else if (!matches(missingAllowed, name)) {
        missing.add(name);
      }
    }
    unexpected.removeIf(name -> matches(extraAllowed, name));
    if (!(missing.isEmpty() && unexpected.isEmpty() && different.isEmpty())) {
      throw new WeightMismatchException(
          weights.source(),
          network.getClass().getSimpleName()
              + (missing.isEmpty() ? "" : weights.prefixRemedy(missing.get(0))),
          missing,
          List.copyOf(unexpected),
          different);
    }
  }

  private static List<String> difference(TensorInfo found, Parameter wanted, Network network) {
    Shape shape = wanted.getShape();
    DataType type = network.dataType(wanted);
    // Integers are rounded from floating numbers here: a file of integers would lack their scales.
    DataType read = type == DataType.INT8 ? DataType.FLOAT32 : type;
    boolean fits =
        TensorTypes.shape(found.shape()).equals(shape) && TensorTypes.fits(found.type(), read);
    String both = found + " in the file, " + read + " " + shape + " in the network";
    return fits ? List.of() : List.of(both);
  }

  private static void copy(StateDict weights, Network network) {
    network.noteSource(null);
    Set<String> present = weights.names();
    Map<String, ProductWeight> quantized = network.quantized();
    network
        .arrays()
        .forEach(
            (name, array) -> {
              if (quantized.containsKey(name)) {
                weights.forEachRows(name, quantized.get(name)::readRows, array.getDevice());
              } else if (present.contains(name)) {
                weights.copyInto(name, array);
              }
            });
  }

  private static boolean matches(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  private static List<Pattern> joined(List<Pattern> patterns, String... more) {
    return Stream.concat(patterns.stream(), Stream.of(more).map(WeightBinder::glob)).toList();
  }

  private static Pattern glob(String pattern) {
    return Pattern.compile(
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }
}
