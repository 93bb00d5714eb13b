// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.random.NoiseSource;
import org.mindeye.formats.io.CloseOnFailure;

/**
 * A network: a DJL {@link ai.djl.nn.Block} whose {@link #getParameters()} returns the published
 * parameter names, in the published order. Weights, optimiser groups and checkpoints all go by
 * those names, so there are no child blocks (DJL would prefix the names of theirs).
 *
 * <p>The network owns its parameters from {@link #initialize(Device, NoiseSource)} (or {@link
 * #allocate(Device)}) to {@link #close()}. Typed {@code forward} methods of the subclasses are the
 * way to run it; DJL's own {@code forward(ParameterStore, NDList, boolean)} evaluates.
 *
 * <p>Closing is final and waits for calls in flight in other threads, as {@link Lifetime} says;
 * later calls fail with an {@link IllegalStateException}. What is known without the weights
 * (configuration, names, counts) can still be read.
 */
public abstract class Network extends NetworkBlock implements AutoCloseable {
  private final Map<Parameter, Declaration> declarations = new HashMap<>();
  private final ProductWeights products = new ProductWeights(getClass().getSimpleName());
  private final DataType type;
  private final Lifetime lifetime = Lifetime.of(getClass().getSimpleName(), this::free);
  private volatile NDManager owner;
  private volatile String sourceDigest;

  /** Creates a network of float32 without parameters; the subclass's constructor declares them. */
  protected Network() {
    this(DataType.FLOAT32);
  }

  /**
   * Creates a network without parameters; the subclass's constructor declares them.
   *
   * @param type of the numbers, unless a declaration says otherwise
   */
  protected Network(DataType type) {
    this.type = Objects.requireNonNull(type, "type");
  }

  /**
   * Where the subclass's constructor declares parameters, and its layers theirs.
   *
   * @return the whole network, of its type
   */
  protected final ParameterScope scope() {
    return ParameterScope.root(this, type);
  }

  /** See {@link ParameterScope}. */
  final Parameter add(Parameter parameter, Declaration declaration) {
    lifetime.requireOpen();
    if (owner != null) {
      throw new IllegalStateException(
          parameter.getName() + ": declare it before the network has weights");
    }
    if (parameters.containsKey(parameter.getName())) {
      throw new IllegalArgumentException(
          parameter.getName() + ": the network has a parameter of this name already");
    }
    declarations.put(parameter, declaration);
    return addParameter(parameter);
  }

  /** See {@link ParameterScope#product}. */
  final ProductWeight product(Parameter parameter) {
    return products.add(new ProductWeight(parameter, declarations.get(parameter)));
  }

  /**
   * The formats in which this network can keep its weights or compute: those in which its results
   * are as good and which are faster somewhere.
   *
   * @return float32 and bfloat16, unless the subclass says otherwise
   */
  protected Set<Precision> precisions() {
    return EnumSet.of(Precision.FLOAT32, Precision.BFLOAT16);
  }

  /**
   * Says in which format the network will keep the weights that it multiplies by, for inference.
   * Call it before the network gets weights; those of files are then converted as they are read.
   *
   * @param precision the format
   * @throws IllegalArgumentException if this network does not offer it
   * @throws IllegalStateException if the network has weights already, or is closed
   */
  public final void storeIn(Precision precision) {
    lifetime.requireOpen();
    products.storeIn(precision, precisions(), owner != null);
  }

  /**
   * Says in which format the network computes while its weights stay float32, for training: it then
   * multiplies by copies, which are made again whenever the weights have changed. Gradients belong
   * to the float32 weights.
   *
   * @param precision {@link Precision#FLOAT32} or {@link Precision#BFLOAT16}
   * @throws IllegalArgumentException if this network does not offer it, or for {@link
   *     Precision#INT8_WEIGHTS}, in which nothing can be trained
   * @throws IllegalStateException if the weights are kept in another format than float32, or the
   *     network is closed
   */
  public final void computeIn(Precision precision) {
    lifetime.requireOpen();
    products.computeIn(precision, precisions());
  }

  /**
   * In which format the network multiplies.
   *
   * @return as {@link #storeIn} or {@link #computeIn} said; float32 otherwise
   */
  public final Precision precision() {
    return products.precision();
  }

  /**
   * Notes what weights that are kept in fewer bits were before: see {@link
   * org.mindeye.core.weights.FrozenWeights}, which does it.
   *
   * @param digest of the float32 weights; null if they are known by themselves alone
   * @throws IllegalStateException if the network is closed
   */
  public final void noteSource(String digest) {
    lifetime.requireOpen();
    sourceDigest = digest;
  }

  /**
   * What weights that are kept in fewer bits were before.
   *
   * @return the digest of the float32 weights; empty unless it was noted
   * @throws IllegalStateException if the network is closed
   */
  public final Optional<String> sourceDigest() {
    lifetime.requireOpen();
    return Optional.ofNullable(sourceDigest);
  }

  /**
   * Creates all parameters with their initial values, or none when that fails.
   *
   * @param device where they live
   * @param noise where random initial values are drawn from, parameter by parameter in the
   *     published order
   * @throws IllegalStateException if the network has parameters already, or is closed
   */
  public final void initialize(Device device, NoiseSource noise) {
    create(device, parameter -> initial(parameter, noise));
  }

  private NDArray initial(Parameter parameter, NoiseSource noise) {
    return products.initial(parameter, declarations.get(parameter), owner, noise);
  }

  /**
   * Creates all parameters without giving them values, or none when that fails: for weights that
   * are copied in right afterwards. No random number is drawn, no memory is touched.
   *
   * @param device where they live
   * @throws IllegalStateException if the network has parameters already, or is closed
   */
  public final void allocate(Device device) {
    create(device, this::empty);
  }

  /**
   * Creates all parameters, some of them with their initial values, or none when that fails: for
   * weights that are copied into the others right afterwards. For these no random number is drawn.
   *
   * @param initialized whether the parameter of a published name gets its initial value
   * @param device where they live
   * @param noise where random initial values are drawn from, parameter by parameter in the
   *     published order
   * @throws IllegalStateException if the network has parameters already, or is closed
   */
  public final void allocate(Predicate<String> initialized, Device device, NoiseSource noise) {
    create(device, p -> initialized.test(p.getName()) ? initial(p, noise) : empty(p));
  }

  private NDArray empty(Parameter parameter) {
    return products.empty(parameter, declarations.get(parameter), owner);
  }

  private void create(Device device, Function<Parameter, NDArray> content) {
    try (Lifetime.Call call = enter()) {
      if (owner != null) {
        throw new IllegalStateException(
            getClass().getSimpleName()
                + " has weights already; replace them with WeightBinder.copyInto, or make a new one");
      }
      owner = Torch.newManager(device);
      try (CloseOnFailure opened = new CloseOnFailure()) {
        opened.undo(this::free);
        opened.undo(() -> parameters.values().forEach(Parameter::close));
        parameters.values().forEach(p -> hold(p, content.apply(p)));
        // A scope that is open in this thread must not free the constants.
        createConstants(owner).forEach(NDScope::unregister);
        opened.done(owner);
      }
    }
  }

  /**
   * The weights that are 8-bit integers: {@link #arrays} holds their integers, and {@link
   * ProductWeight#readRows} fills them.
   *
   * @return by published name; empty unless the network keeps its weights in {@link
   *     Precision#INT8_WEIGHTS}
   * @throws IllegalStateException after closing
   */
  public final Map<String, ProductWeight> quantized() {
    lifetime.requireOpen();
    return products.quantized();
  }

  /**
   * Creates what the network computes with besides its parameters and needs once on its device
   * (tables of positions). Nothing by default.
   *
   * @param tables owns the constants until the network is closed
   * @return all that was created
   */
  protected List<NDArray> createConstants(NDManager tables) {
    return List.of();
  }

  private static void hold(Parameter parameter, NDArray array) {
    // A scope that is open in this thread must not free the weights.
    NDScope.unregister(array);
    parameter.setShape(null);
    parameter.setArray(array);
    // Kernels read the structure of a call from array names, so arrays stay nameless.
    array.setName(null);
  }

  /**
   * The type of a parameter's numbers, known before initialisation.
   *
   * @param parameter one of this network's
   * @return as declared
   * @throws IllegalArgumentException if it is another network's
   */
  public final DataType dataType(Parameter parameter) {
    Declaration declaration = declarations.get(parameter);
    if (declaration == null) {
      throw new IllegalArgumentException(
          parameter.getName() + " is not a parameter of this " + getClass().getSimpleName());
    }
    return declaration.storedIn(products.stored());
  }

  /**
   * What files may call parameters instead of their published names, see {@link
   * ParameterScope#alsoAt}.
   *
   * @return the other names of those parameters and buffers that have any, by published name
   */
  public final Map<String, List<String>> otherNames() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    parameters.values().forEach(p -> names.put(p.getName(), declarations.get(p).otherNames()));
    names.values().removeIf(List::isEmpty);
    return names;
  }

  /**
   * What the parameters and buffers hold.
   *
   * @return the network's own arrays by published name, in the published order
   * @throws IllegalStateException before initialisation and after closing
   */
  public final Map<String, NDArray> arrays() {
    device();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.values().forEach(p -> arrays.put(p.getName(), p.getArray()));
    return arrays;
  }

  /**
   * The parameters that training changes: all but buffers and frozen ones.
   *
   * @return in the published order
   */
  public final List<Parameter> trainable() {
    return parameters.values().stream().filter(Parameter::requiresGradient).toList();
  }

  /**
   * How many numbers the parameters hold, buffers not counted. Known before initialisation.
   *
   * @return the count
   */
  public final long parameterCount() {
    return parameters.values().stream()
        .filter(p -> !declarations.get(p).buffer())
        .mapToLong(p -> p.getShape().size())
        .sum();
  }

  /**
   * Whether the network has weights: between initialisation and closing.
   *
   * @return true if it can run
   */
  public final boolean hasWeights() {
    return owner != null;
  }

  /**
   * Where the parameters live.
   *
   * @return the device
   * @throws IllegalStateException before initialisation and after closing
   */
  public final Device device() {
    lifetime.requireOpen();
    NDManager present = owner;
    if (present == null) {
      throw new IllegalStateException(
          getClass().getSimpleName() + " has no weights: call initialize(device, noise) first");
    }
    return present.getDevice();
  }

  /**
   * Enters a call that reads the weights: closing in another thread waits until it is left. The
   * network's own methods do so themselves; enter around code of your own that reads {@link
   * #arrays()} while other threads may close the network.
   *
   * <pre>{@code
   * try (Lifetime.Call call = network.enter()) {
   *   network.arrays().forEach(...);
   * }
   * }</pre>
   *
   * @return the call, to be closed by the same thread
   * @throws IllegalStateException after closing
   */
  @Override
  public final Lifetime.Call enter() {
    try (CloseOnFailure opened = new CloseOnFailure()) {
      Lifetime.Call call = opened.add(lifetime.enter());
      if (owner != null) {
        products.refresh();
      }
      return opened.done(call);
    }
  }

  /**
   * Frees the parameters, permanently, after waiting for calls in flight; see {@link
   * Lifetime#close()}. Closing again is harmless.
   */
  @Override
  public final void close() {
    lifetime.close();
  }

  @Override
  final void requireOpen() {
    lifetime.requireOpen();
  }

  @Override
  final boolean isKnownToDjl() {
    return products.stored() == Precision.FLOAT32
        && declarations.values().stream().noneMatch(d -> d.type() == DataType.BFLOAT16);
  }

  private void free() {
    NDManager present = owner;
    if (present != null) {
      // Parameters keep their closed arrays: code that holds one can see what happened.
      present.close();
      owner = null;
    }
  }
}
