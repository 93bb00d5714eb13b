// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;

/** Each reading waits for the device; what goes through {@code Readback} is counted by tests. */
final class ReadbackRule {
  /** Read tensors outside of training steps, and why. */
  private static final Map<String, String> OWN_READERS =
      Map.of(
          "core.engine.Readback", "is how all others read",
          "core.internal.kernel.PackedConvolution", "reads a count that is the CPU's",
          "core.internal.kernel.Conversion",
              "serves files that are read, and its type is on the CPU",
          "core.internal.kernel.Gradients", "its flag is on the CPU",
          "prior.DenoisingNetwork", "is given its timesteps as a tensor where DJL calls it",
          "prior.SavedTable", "reads a file's table when the network is loaded",
          "training.CachedTargets", "brings whole targets to the heap before the run",
          "training.lowlevel.LowLevelSplit", "brings whole latents to the heap before the run",
          "training.lowlevel.ResizedImages", "its tensors are on the CPU",
          "training.neighbors.SecondOrderRetriever", "searches on the heap, and trains nothing");

  private ReadbackRule() {}

  /** For what takes part in training steps. */
  static ArchRule below(String root) {
    String[] packages =
        Stream.of(
                "core.engine",
                "core.tensor",
                "core.optim",
                "core.nn",
                "core.backbone",
                "core.internal",
                "losses",
                "prior",
                "training")
            .map(name -> root + "." + name + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .and(
            DescribedPredicate.describe(
                "are not on the list of those that may",
                type -> !OWN_READERS.containsKey(type.getName().substring(root.length() + 1))))
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "reads a tensor",
                call ->
                    call.getTargetOwner().isAssignableTo(NDArray.class)
                        && call.getName()
                            .matches(
                                "to\\w*Array|toByteBuffer|get(Boolean|Byte|Double|Float|Int|Long|"
                                    + "Uint8|String)|contentEquals|allClose|encode")));
  }
}
