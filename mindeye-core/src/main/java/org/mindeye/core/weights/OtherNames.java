// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.weights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mindeye.core.nn.Network;
import org.mindeye.formats.tensor.TensorShape;

/** Finds parameters whose names in a file differ from the network's. */
final class OtherNames {
  private OtherNames() {}

  /**
   * The file's tensors under the network's names. Where the file has a tensor of the published
   * name, another one beside it stays what it is: too much.
   */
  static StateDict resolved(StateDict file, Network network) {
    Map<String, String> published = new HashMap<>();
    network.otherNames().forEach((name, others) -> find(file.names(), name, others, published));
    if (published.isEmpty()) {
      return file;
    }
    DerivedStateDict.Builder builder = DerivedStateDict.from(file);
    for (String original : file.names()) {
      String name = published.get(original);
      if (name == null) {
        builder.add(original, original);
      } else {
        TensorShape wanted = TensorTypes.shape(network.getParameters().get(name).getShape());
        add(builder, name, original, file.info(original).shape(), wanted);
      }
    }
    return builder.build();
  }

  private static void find(
      Set<String> present, String name, List<String> others, Map<String, String> published) {
    if (!present.contains(name)) {
      others.stream().filter(present::contains).findFirst().ifPresent(o -> published.put(o, name));
    }
  }

  /** A shape that does not fit is reported with the others, by the binder. */
  private static void add(
      DerivedStateDict.Builder builder,
      String name,
      String original,
      TensorShape found,
      TensorShape wanted) {
    if (isFollowedByOnes(wanted, found)) {
      builder.addReshaped(name, original, wanted);
    } else {
      builder.add(name, original);
    }
  }

  private static boolean isFollowedByOnes(TensorShape wanted, TensorShape found) {
    if (found.dimension() <= wanted.dimension() || found.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < wanted.dimension(); i++) {
      if (wanted.get(i) != found.get(i)) {
        return false;
      }
    }
    return true;
  }
}
