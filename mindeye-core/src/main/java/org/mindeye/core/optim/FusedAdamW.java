package org.mindeye.core.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mindeye.core.kernel.AdamWKernel;
import org.mindeye.core.kernel.Torch;
import org.mindeye.core.tensor.ShapeMismatchException;

/**
 * AdamW (Loshchilov and Hutter 2019) with torch's fused kernel, torch's epsilon and parameter
 * groups. beta1 is an argument of each step, because the one-cycle schedule moves it; beta2 is
 * 0.999.
 *
 * <p>A parameter without a gradient in a step is skipped whole, decay included, as in torch.
 * Moments are allocated when a parameter first has a gradient, beside the parameter.
 *
 * <p>(DJL's {@code Optimizer.adamW} adds epsilon before the bias correction and has no groups; on
 * the small gradients of a network this size it is a different optimiser.)
 */
public final class FusedAdamW implements AutoCloseable {
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final List<ParameterGroup> groups;
  private final List<Parameter> parameters;
  private final Map<Parameter, Moments> moments = new IdentityHashMap<>();
  private final NDManager owner;

  private record Moments(NDArray first, NDArray second, NDArray steps) {}

  private FusedAdamW(List<ParameterGroup> groups, NDManager owner) {
    this.groups = List.copyOf(groups);
    this.owner = owner;
    parameters = groups.stream().flatMap(g -> g.parameters().stream()).toList();
  }

  /**
   * Opens an optimiser. From now to {@link #close()} the parameters require gradients.
   *
   * @param groups disjoint groups of initialised parameters
   * @return the optimiser, which owns its moments
   * @throws IllegalArgumentException if there is no parameter, or one is in two groups
   */
  public static FusedAdamW over(List<ParameterGroup> groups) {
    Map<Parameter, String> seen = new IdentityHashMap<>();
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        String other = seen.put(parameter, group.name());
        if (other != null) {
          throw new IllegalArgumentException(
              parameter.getName() + " is in two groups: " + other + " and " + group.name());
        }
      }
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("nothing to optimise: all groups are empty");
    }
    Parameter any = seen.keySet().iterator().next();
    FusedAdamW optimizer = new FusedAdamW(groups, Torch.newManager(any.getArray().getDevice()));
    optimizer.parameters.forEach(p -> p.getArray().setRequiresGradient(true));
    return optimizer;
  }

  /**
   * Everything this optimiser changes, group by group.
   *
   * @return the parameters, the argument of {@link StepScope#gradients}
   */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Updates parameters and moments in place.
   *
   * @param gradients of this step
   * @param rates learning rate and beta1 of this step
   */
  public void step(ParameterGradients gradients, StepRates rates) {
    for (ParameterGroup group : groups) {
      List<Parameter> present =
          group.parameters().stream().filter(p -> gradients.of(p).isPresent()).toList();
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
    return own(
        new Moments(
            owner.zeros(shape, type),
            owner.zeros(shape, type),
            owner.zeros(new Shape(), DataType.FLOAT32)));
  }

  /** A step's scope frees whatever is created inside it; the moments must survive. */
  private static Moments own(Moments m) {
    ai.djl.ndarray.NDScope.unregister(m.first, m.second, m.steps);
    return m;
  }

  /**
   * The state that a resumed run needs, by torch's names: {@code <parameter>.exp_avg}, {@code
   * .exp_avg_sq} (of the parameter's shape) and {@code .step} (a scalar). Parameters that never had
   * a gradient have no state.
   *
   * @return the live tensors, not copies, owned by this optimiser, in parameter order
   */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      Moments m = moments.get(parameter);
      if (m != null) {
        state.put(parameter.getName() + ".exp_avg", m.first);
        state.put(parameter.getName() + ".exp_avg_sq", m.second);
        state.put(parameter.getName() + ".step", m.steps);
      }
    }
    return Collections.unmodifiableMap(state);
  }

  /**
   * Takes over a state written by {@link #state()}, by copying.
   *
   * @param state tensors by name; must hold all three entries of each parameter it mentions
   * @throws ShapeMismatchException if a name is unknown or missing, or a shape differs; nothing has
   *     changed then
   */
  public void restore(Map<String, NDArray> state) {
    Map<Parameter, NDArray[]> found = new LinkedHashMap<>();
    int used = 0;
    for (Parameter parameter : parameters) {
      String name = parameter.getName();
      if (state.containsKey(name + ".step")) {
        found.put(
            parameter,
            new NDArray[] {
              require(state, name + ".exp_avg", parameter.getShape()),
              require(state, name + ".exp_avg_sq", parameter.getShape()),
              require(state, name + ".step", new Shape())
            });
        used += 3;
      }
    }
    if (used != state.size()) {
      throw new ShapeMismatchException(
          "optimiser state: "
              + state.size()
              + " entries, of which only "
              + used
              + " belong to this optimiser's parameters; it was written for another network");
    }
    moments.values().forEach(FusedAdamW::free);
    moments.clear();
    found.forEach((parameter, arrays) -> moments.put(parameter, copy(arrays)));
  }

  private static NDArray require(Map<String, NDArray> state, String name, Shape shape) {
    NDArray array = state.get(name);
    if (array == null || !array.getShape().equals(shape)) {
      throw new ShapeMismatchException(
          "optimiser state: "
              + name
              + ": expected "
              + shape
              + " but "
              + (array == null ? "it is missing" : "was " + array.getShape()));
    }
    return array;
  }

  private Moments copy(NDArray[] arrays) {
    NDArray[] own = new NDArray[arrays.length];
    for (int i = 0; i < arrays.length; i++) {
      own[i] = arrays[i].duplicate();
      own[i].attach(owner);
    }
    return own(new Moments(own[0], own[1], own[2]));
  }

  private static void free(Moments m) {
    m.first.close();
    m.second.close();
    m.steps.close();
  }

  /** Frees the moments; the parameters no longer require gradients. Closing twice is harmless. */
  @Override
  public void close() {
    if (owner.isOpen()) {
      moments.clear();
      owner.close();
      for (Parameter parameter : parameters) {
        if (parameter.isInitialized()) {
          parameter.getArray().setRequiresGradient(false);
        }
      }
    }
  }
}
