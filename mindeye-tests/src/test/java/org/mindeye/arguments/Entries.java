// SPDX-License-Identifier: Apache-2.0
package org.mindeye.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.core.engine.CallScope;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.weights.StateDict;

/** The main entry points, and sound arguments for them: those of each module together. */
final class Entries implements AutoCloseable {
  static final List<Class<?>> ALL =
      Stream.of(
              CoreEntries.CLASSES,
              DataEntries.CLASSES,
              ModelEntries.CLASSES,
              RetrievalEntries.CLASSES,
              EvaluationEntries.CLASSES,
              TrainingEntries.CLASSES)
          .flatMap(List::stream)
          .toList();

  final NDManager manager = Torch.newManager(Device.cpu());
  private final CallScope scope = CallScope.open(Device.cpu());
  private final Map<Class<?>, Object> samples = new HashMap<>();

  Entries(Path folder) throws IOException {
    samples.put(int.class, 2);
    samples.put(double.class, 0.5);
    for (List<Object> module :
        List.of(
            CoreEntries.samples(manager, folder),
            DataEntries.samples(),
            ModelEntries.samples(manager),
            RetrievalEntries.samples(),
            EvaluationEntries.samples(manager),
            TrainingEntries.samples(),
            List.<Object>of(scope))) {
      module.forEach(sample -> samples.put(sample.getClass(), sample));
    }
  }

  /** Constructors and static methods of a class, and methods of an object there is a sample of. */
  List<Executable> executables(Class<?> entry) {
    return Stream.<Executable>concat(
            Arrays.stream(entry.getDeclaredConstructors()),
            Arrays.stream(entry.getDeclaredMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers()) || sample(entry) != null))
        .filter(e -> Modifier.isPublic(e.getModifiers()) && !e.isSynthetic())
        .toList();
  }

  /** Whether there is something right for all arguments but one. */
  boolean hasSamples(Executable each, int other) {
    Class<?>[] types = each.getParameterTypes();
    return IntStream.range(0, types.length).allMatch(i -> i == other || sample(types[i]) != null);
  }

  /** What a call answers with one wrong argument. */
  String outcome(Executable each, int which, Object wrong) throws ReflectiveOperationException {
    Object[] arguments = new Object[each.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == which ? wrong : sample(each.getParameterTypes()[i]);
    }
    try {
      Object answer =
          each instanceof Method method
              ? method.invoke(receiver(method), arguments)
              : ((Constructor<?>) each).newInstance(arguments);
      return "accepted";
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    }
  }

  private Object receiver(Method method) {
    return Modifier.isStatic(method.getModifiers()) ? null : sample(method.getDeclaringClass());
  }

  private Object sample(Class<?> type) {
    if (type.isPrimitive()) {
      return samples.getOrDefault(type, Array.get(Array.newInstance(type, 1), 0));
    }
    return samples.values().stream().filter(type::isInstance).findFirst().orElse(null);
  }

  @Override
  public void close() {
    scope.close();
    ((StateDict) sample(StateDict.class)).close();
    manager.close();
  }
}
