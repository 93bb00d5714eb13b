// SPDX-License-Identifier: Apache-2.0
package org.mindeye.architecture.badhouse.core;

import java.util.List;
import org.mindeye.architecture.badhouse.core.internal.Secret;

public final class LeakyCore implements Secret {
  public final Secret field;

  public LeakyCore(Secret field) {
    this.field = field;
  }

  public Secret secret() {
    return field;
  }

  public List<? extends Secret> secrets() {
    return List.of(field);
  }
}
