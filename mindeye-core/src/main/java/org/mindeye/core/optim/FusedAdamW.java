// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.mindeye.core.engine.Lifetime;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.internal.kernel.AdamWKernel;
import org.mindeye.core.nn.DataTypes;
import org.mindeye.core.tensor.NotFiniteException;
import org.mindeye.core.weights.StateDict;
import org.mindeye.core.weights.TensorTypes;
import org.mindeye.core.weights.WeightMismatchException;
import org.mindeye.formats.tensor.TensorInfo;

/**
 * AdamW (Loshchilov and Hutter 2019) with torch's fused kernel, torch's epsilon and parameter
 * groups. beta1 is an argument of each step, because the one-cycle schedule moves it; beta2 is
 * 0.999.
 *
 * <p>A parameter without a gradient in a step is skipped whole, decay included, as in torch.
 * Moments are allocated when a parameter first has a gradient, beside the parameter.
 *
 * <p>Before anything changes, a step looks at the norms of all gradients (one pass over them, one
 * read of the device; nothing where {@link ParameterGradients#globalNorm} or clipping has computed
 * them): NaN and infinity are refused, and a parameter that has lost its gradient is worth a
 * warning in the log.
 *
 * <p>(DJL's {@code Optimizer.adamW} adds epsilon before the bias correction and has no groups; on
 * the small gradients of a network this size it is a different optimiser.)
 */
public final class FusedAdamW implements AutoCloseable {
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final String FIRST = ".exp_avg";
  private static final String SECOND = ".exp_avg_sq";
  private static final String STEPS = ".step";

  private final List<ParameterGroup> groups;
  private final List<Parameter> parameters;

  /** What was not frozen when this was opened. */
  private final List<Parameter> trained;

  private final Map<Parameter, Moments> moments = new IdentityHashMap<>();
  private final NDManager owner;
  private final Lifetime lifetime = Lifetime.of("FusedAdamW", this::free);

  /** Null where gradients are not checked. */
  private final GradientWatch watch;

  private record Moments(NDArray first, NDArray second, NDArray steps) {}

  private FusedAdamW(List<ParameterGroup> groups, NDManager owner, boolean checked) {
    this.groups = List.copyOf(groups);
    this.owner = owner;
    watch = checked ? new GradientWatch() : null;
    parameters = groups.stream().flatMap(g -> g.parameters().stream()).toList();
    trained = parameters.stream().filter(Parameter::requiresGradient).toList();
  }

  /**
   * Opens an optimiser. From now to {@link #close()} the parameters require gradients, except those
   * that are frozen ({@code Parameter.freeze}): they may be in a group, but nothing changes them.
   *
   * @param groups disjoint groups of initialised parameters
   * @return the optimiser, which owns its moments
   * @throws IllegalArgumentException if there is no parameter to train, one is in two groups, or
   *     one has 16 bits and is not frozen
   * @throws IllegalStateException if a parameter has no value yet, or its network is closed
   */
  public static FusedAdamW over(List<ParameterGroup> groups) {
    return over(groups, true);
  }

  /**
   * As {@link #over}, but steps look at no gradient: for a loop with a check of its own.
   *
   * @param groups disjoint groups of initialised parameters
   * @return the optimiser, which owns its moments
   */
  public static FusedAdamW unchecked(List<ParameterGroup> groups) {
    return over(groups, false);
  }

  private static FusedAdamW over(List<ParameterGroup> groups, boolean checked) {
    Map<Parameter, String> seen = new IdentityHashMap<>();
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        String other = seen.put(parameter, group.name());
        if (other != null) {
          throw new IllegalArgumentException(
              parameter.getName() + " is in two groups: " + other + " and " + group.name());
        }
      }
      group.requireValues();
      group.parameters().forEach(FusedAdamW::requireTrainable);
    }
    List<NDArray> trained =
        seen.keySet().stream()
            .filter(Parameter::requiresGradient)
            .map(Parameter::getArray)
            .toList();
    if (trained.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to optimise: all groups are empty, or hold frozen parameters only");
    }
    NDManager owner = Torch.newManager(trained.get(0).getDevice());
    trained.forEach(array -> array.setRequiresGradient(true));
    return new FusedAdamW(groups, owner, checked);
  }

  /** Steps of 16-bit numbers round to nothing, and moments to zero. */
  private static void requireTrainable(Parameter parameter) {
    DataType type = DataTypes.of(parameter.getArray());
    if (parameter.requiresGradient() && DataTypes.isHalf(type)) {
      throw new IllegalArgumentException(
          parameter.getName()
              + ": expected a float32 parameter to train but the type is "
              + type
              + "; freeze it, or declare it as float32");
    }
  }

  /**
   * The members of all groups, group by group.
   *
   * @return the parameters, the argument of {@link StepScope#gradients}
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Freezes some of this optimiser's parameters and unfreezes all others, between two steps: for
   * schedules that train a part of a network first. A frozen parameter does not change at all,
   * decay included; it keeps its moments and its count of steps and continues from there. Flags are
   * those of {@code Parameter.freeze}, so {@code Network.trainable()} knows, and outlive this
   * optimiser.
   *
   * <p>Open the optimiser over all that will ever be trained and freeze then: what was frozen when
   * it was opened, buffers too, stays frozen, and {@link ParameterGroups} leaves it out.
   *
   * <pre>{@code
   * optimizer.setFrozen(p -> !p.getName().startsWith("lin0.0."));
   * ... // the first epochs
   * optimizer.setFrozen(p -> false);
   * }</pre>
   *
   * @param frozen whether a parameter is frozen from now on
   * @throws IllegalStateException after {@link #close()}
   */
  public void setFrozen(Predicate<Parameter> frozen) {
    lifetime.requireOpen();
    trained.forEach(parameter -> parameter.freeze(frozen.test(parameter)));
  }

  /**
   * Updates parameters and moments in place; frozen ones are left alone.
   *
   * @param gradients of this step
   * @param rates learning rate and beta1 of this step
   * @throws NotFiniteException if a gradient holds NaN or infinity: names the parameters; nothing
   *     has changed then
   * @throws IllegalStateException after {@link #close()}
   */
  public void step(ParameterGradients gradients, StepRates rates) {
    lifetime.requireOpen();
    if (watch != null) {
      watch.look(trained, gradients);
    }
    for (ParameterGroup group : groups) {
      List<Parameter> present =
          group.parameters().stream()
              .filter(p -> p.requiresGradient() && gradients.of(p).isPresent())
              .toList();
      if (!present.isEmpty()) {
        update(present, group.weightDecay(), gradients, rates);
      }
    }
  }

  private void update(
      List<Parameter> present, double decay, ParameterGradients gradients, StepRates rates) {
    List<NDArray> values = new ArrayList<>();
    List<NDArray> slopes = new ArrayList<>();
    List<NDArray> first = new ArrayList<>();
    List<NDArray> second = new ArrayList<>();
    List<NDArray> steps = new ArrayList<>();
    for (Parameter parameter : present) {
      Moments m = moments.computeIfAbsent(parameter, this::allocate);
      values.add(parameter.getArray());
      slopes.add(gradients.of(parameter).orElseThrow());
      first.add(m.first);
      second.add(m.second);
      steps.add(m.steps);
    }
    AdamWKernel.step(
        new AdamWKernel.Hyper(rates.learningRate(), rates.beta1(), BETA2, decay, EPSILON),
        values,
        slopes,
        first,
        second,
        steps);
  }

  private Moments allocate(Parameter parameter) {
    Shape shape = parameter.getShape();
    DataType type = parameter.getArray().getDataType();
    return new Moments(
        own(owner.zeros(shape, type)),
        own(owner.zeros(shape, type)),
        own(owner.zeros(new Shape(), DataType.FLOAT32)));
  }

  /** A step's scope frees whatever is created inside it; the moments must survive. */
  private static NDArray own(NDArray created) {
    NDScope.unregister(created);
    return created;
  }

  /**
   * The state that a resumed run needs, by torch's names: {@code <parameter>.exp_avg}, {@code
   * .exp_avg_sq} (of the parameter's shape) and {@code .step} (a scalar). Parameters that never had
   * a gradient have no state.
   *
   * @return the live tensors, not copies, owned by this optimiser, in parameter order
   * @throws IllegalStateException if two parameters have the same name, or after {@link #close()}
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    byName()
        .forEach(
            (name, parameter) -> {
              Moments m = moments.get(parameter);
              if (m != null) {
                state.put(name + FIRST, m.first);
                state.put(name + SECOND, m.second);
                state.put(name + STEPS, m.steps);
              }
            });
    return Collections.unmodifiableMap(state);
  }

  private Map<String, Parameter> byName() {
    lifetime.requireOpen();
    Map<String, Parameter> named = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (named.put(parameter.getName(), parameter) != null) {
        throw new IllegalStateException(
            "two parameters are called "
                + parameter.getName()
                + ", but an optimiser's state goes by names: use one optimiser per network");
      }
    }
    return named;
  }

  /**
   * Takes over a state in place of the present one, tensor by tensor, so that it is in memory once.
   *
   * @param file holds what {@link #state()} named, all three entries of each parameter it mentions;
   *     stays open
   * @throws WeightMismatchException if a name is unknown or missing, or a shape or type differs:
   *     names them; nothing has changed then
   * @throws IllegalStateException if two parameters have the same name, or after {@link #close()}
   */
  public void restore(StateDict file) {
    Set<String> unexpected = new TreeSet<>(file.names());
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    List<Parameter> found = new ArrayList<>();
    byName()
        .forEach(
            (name, parameter) -> {
              Map<String, Entry> wanted = entries(name, parameter);
              if (wanted.keySet().stream().anyMatch(unexpected::contains)) {
                found.add(parameter);
                wanted.forEach(
                    (entry, like) -> {
                      if (unexpected.remove(entry)) {
                        different.addAll(difference(file.info(entry), like));
                      } else {
                        missing.add(entry);
                      }
                    });
              }
            });
    if (!(missing.isEmpty() && unexpected.isEmpty() && different.isEmpty())) {
      throw new WeightMismatchException(
          file.source(), "this optimiser", missing, List.copyOf(unexpected), different);
    }
    moments.values().forEach(FusedAdamW::free);
    moments.clear();
    for (Parameter parameter : found) {
      Moments m = allocate(parameter);
      moments.put(parameter, m);
      file.copyInto(parameter.getName() + FIRST, m.first);
      file.copyInto(parameter.getName() + SECOND, m.second);
      file.copyInto(parameter.getName() + STEPS, m.steps);
    }
  }

  private record Entry(Shape shape, DataType type) {}

  private static Map<String, Entry> entries(String name, Parameter parameter) {
    Entry moment = new Entry(parameter.getShape(), parameter.getArray().getDataType());
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put(name + FIRST, moment);
    entries.put(name + SECOND, moment);
    entries.put(name + STEPS, new Entry(new Shape(), DataType.FLOAT32));
    return entries;
  }

  private static List<String> difference(TensorInfo found, Entry wanted) {
    boolean fits =
        TensorTypes.shape(found.shape()).equals(wanted.shape)
            && TensorTypes.dataType(found.type()) == wanted.type;
    return fits
        ? List.of()
        : List.of(found + " in the file, " + wanted.type + " " + wanted.shape + " in the network");
  }

  private static void free(Moments m) {
    m.first.close();
    m.second.close();
    m.steps.close();
  }

  /** Frees the moments; the parameters no longer require gradients. Closing twice is harmless. */
  @Override
  public void close() {
    lifetime.close();
  }

  private void free() {
    moments.clear();
    owner.close();
    for (Parameter parameter : parameters) {
      if (parameter.isInitialized() && !parameter.getArray().isReleased()) {
        parameter.getArray().setRequiresGradient(false);
      }
    }
  }
}
