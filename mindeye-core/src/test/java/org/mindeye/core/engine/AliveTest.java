// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class AliveTest {
  @Test
  void should_say_what_is_gone_and_what_to_do() {
    NDManager manager = Torch.newManager(Device.cpu());
    NDArray array = manager.create(1f);
    assertThat(Alive.require("voxels", array)).isSameAs(array);
    assertThat(Alive.require("owner", manager)).isSameAs(manager);
    manager.close();
    assertThatThrownBy(() -> Alive.require("voxels", array))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "voxels: this tensor is freed, as the scope or manager it belonged to is closed; read"
                + " it before, or let it outlive its scope with keep(array, owner)");
    assertThatThrownBy(() -> Alive.require("owner", manager))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "owner: this manager is closed, and nothing new can belong to it; pass an open one");
    assertThatThrownBy(() -> Alive.require("voxels", (NDArray) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("voxels: the array is null");
    assertThatThrownBy(() -> Alive.require("owner", (NDManager) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("owner");
  }
}
