// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.ObjectReader;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;

/**
 * Our documents have one reader, which names the keys that are missing, null or unknown; Jackson's
 * own fills such fields with 0, false and null.
 */
final class DocumentRule {
  /** Read other files than documents of ours, and why. */
  private static final Map<String, String> OWN_READERS =
      Map.of(
          "bench.JmhResult", "JMH writes it",
          "data.webdataset.DatasetTotals", "lies beside published tars and may hold more",
          "training.JsonLinesListener", "a log has lines of any kind and length, and may be cut",
          "testkit.BrokenDocuments", "breaks documents",
          "testkit.Golden", "PyTorch's side writes it, and testkit knows no module");

  private DocumentRule() {}

  static ArchRule below(String root) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(root + ".core.document..")
        .and(
            DescribedPredicate.<JavaClass>describe(
                "are not on the list of those that may",
                type -> !OWN_READERS.containsKey(type.getName().substring(root.length() + 1))))
        .should()
        .callMethodWhere(
            DescribedPredicate.<JavaMethodCall>describe(
                "reads JSON past Document",
                call ->
                    (call.getTargetOwner().isAssignableTo(ObjectCodec.class)
                            || call.getTargetOwner().isAssignableTo(ObjectReader.class))
                        && call.getName()
                            .matches(
                                "read(Value|Values|Tree)|treeToValue|convertValue|update\\w+")));
  }
}
