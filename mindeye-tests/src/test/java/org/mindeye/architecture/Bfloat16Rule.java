// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/**
 * DJL 0.36 knows bfloat16 by name only: a call that hands the type of such an array, or the name,
 * to the engine ends the process. There are two kinds of such calls. Some take the type of the
 * array they are called on; those are for classes whose arrays are never bfloat16. Others are given
 * a type, which is safe where it is a constant, as in {@code toType(DataType.FLOAT32, false)}; a
 * method that has a type from somewhere else may not make them. Everything else goes through {@code
 * DataTypes}, {@code Torch} and the kernels.
 */
final class Bfloat16Rule {
  /** Of the engine's arrays; found in its byte code. */
  private static final Set<String> OF_THE_ARRAY =
      Set.of(
          "toDevice",
          "zerosLike",
          "onesLike",
          "softmax",
          "logSoftmax",
          "cumProd",
          "gather",
          "take",
          "put",
          "scatter",
          "pick",
          "toDebugString");

  /** Never see bfloat16 where they make such calls, and why. */
  private static final Map<String, String> SAFE =
      Map.ofEntries(
          entry("core.clip.ClipImageEncoder", "moves images, and ImageBatch refuses bfloat16"),
          entry("core.engine.Readback", "reads as float32, a constant"),
          entry("core.engine.Torch", "refuses types that the engine does not know"),
          entry("core.nn.DataTypes", "knows bfloat16"),
          entry("core.nn.ProductWeight", "makes integers, and converts by DataTypes"),
          entry("core.optim.FusedAdamW", "refuses to train weights of 16 bits"),
          entry("core.weights.TensorTransfer", "reads bfloat16 under the name of float16"),
          entry("core.weights.TensorTypes", "has files' bfloat16 widened to float32"),
          entry(
              "evaluation.network.FeatureNetwork", "moves images, and ImageBatch refuses bfloat16"),
          entry("evaluation.SimilarityMatrix", "has made float32 before"),
          entry(
              "evaluation.attributes.AttributeClassifier",
              "moves images, and ImageBatch refuses bfloat16"),
          entry("losses.ClassLoss", "checks its logits, and TensorSpec refuses bfloat16"),
          entry("losses.ClipLoss", "compares ClipVectors, which refuse bfloat16"),
          entry("losses.ContrastiveCrossEntropy", "compares ClipVectors, which refuse bfloat16"),
          entry("prior.DenoisingNetwork", "moves what it has just copied from the heap"),
          entry("prior.Sampling", "samples ClipTokens, which refuse bfloat16"),
          entry("prior.TransformerLayer", "moves a mask of ones that it has made"),
          entry("retrieval.RowBlocks", "gathers float32 rows"),
          entry("retrieval.Rows", "moves float32 rows before it converts them"),
          entry("retrieval.Scores", "moves scores of float32 only"),
          entry("cli.retrieve.TokenFile", "has files' bfloat16 widened to float32"));

  private Bfloat16Rule() {}

  static ArchRule below(String root) {
    return noClasses()
        .that(
            DescribedPredicate.<JavaClass>describe(
                "are not on the list of those that never see bfloat16",
                type -> !SAFE.containsKey(outermost(type).getName().substring(root.length() + 1))))
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "hands a type to the engine that may be bfloat16", Bfloat16Rule::mayEndTheProcess));
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  private static boolean mayEndTheProcess(JavaMethodCall call) {
    JavaClass owner = call.getTargetOwner();
    if (owner.isAssignableTo(NDArray.class) && OF_THE_ARRAY.contains(call.getName())) {
      return true;
    }
    boolean engine = owner.isAssignableTo(NDArray.class) || owner.isAssignableTo(NDManager.class);
    return engine
        && call.getTarget().getRawParameterTypes().stream().anyMatch(Bfloat16Rule::isType)
        && hasOtherTypes(call.getOrigin());
  }

  /** Whether a method has a type that is no constant, or the constant for bfloat16. */
  private static boolean hasOtherTypes(JavaCodeUnit method) {
    return method.getRawParameterTypes().stream().anyMatch(Bfloat16Rule::isType)
        || method.getMethodCallsFromSelf().stream()
            .anyMatch(call -> isType(call.getTarget().getRawReturnType()))
        || method.getFieldAccesses().stream().anyMatch(Bfloat16Rule::isOther);
  }

  private static boolean isOther(JavaFieldAccess access) {
    return isType(access.getTarget().getRawType())
        && (!isType(access.getTargetOwner())
            || access.getName().equals(DataType.BFLOAT16.name())
            || access.getName().equals(DataType.UNKNOWN.name()));
  }

  private static boolean isType(JavaClass type) {
    return type.isEquivalentTo(DataType.class);
  }
}
