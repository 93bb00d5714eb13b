// SPDX-License-Identifier: Apache-2.0
package org.mindeye.core.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A record that was flat in schema 1, lacked a switch in 2, and is nested in 3. */
class MigrationTest {
  private record Run(String name, List<Net> nets, Optional<Net> best) {}

  @Migrated(by = NetSteps.class)
  private record Net(int voxels, Trunk trunk, boolean residuals) {}

  @Migrated(by = TrunkSteps.class)
  private record Trunk(int width, int blocks) {}

  private static final class NetSteps implements Migration {
    @Override
    public void migrate(ObjectNode net, int schema) {
      if (schema == 1) {
        net.put("residuals", true);
      } else if (schema == 2) {
        Migration.nest(net, "trunk", "hidden", "blocks");
      }
    }
  }

  private static final class TrunkSteps implements Migration {
    @Override
    public void migrate(ObjectNode trunk, int schema) {
      if (schema == 2) {
        Migration.rename(trunk, "hidden", "width");
      }
    }
  }

  private static JsonNode upgraded(Class<?> type, String json) {
    return Document.parse("x.json", json).upgraded(type, 3).root();
  }

  @Test
  void should_go_through_every_schema_since() {
    JsonNode net = upgraded(Net.class, "{\"voxels\":5,\"hidden\":8,\"blocks\":2}");
    assertThat(net.toString())
        .isEqualTo("{\"voxels\":5,\"residuals\":true,\"trunk\":{\"blocks\":2,\"width\":8}}");
    assertThat(Document.of("x", "an object", net).as(Net.class))
        .isEqualTo(new Net(5, new Trunk(8, 2), true));
  }

  @Test
  void should_migrate_wherever_the_record_stands() {
    JsonNode run =
        upgraded(
            Run.class,
            "{\"schema\":1,\"name\":\"a\",\"nets\":[{\"voxels\":5,\"hidden\":8,\"blocks\":2},"
                + "{\"voxels\":6,\"hidden\":9,\"blocks\":3}],\"best\":{\"voxels\":7,\"hidden\":1,"
                + "\"blocks\":1}}");
    assertThat(Document.of("x", "an object", run).as(Run.class))
        .isEqualTo(
            new Run(
                "a",
                List.of(new Net(5, new Trunk(8, 2), true), new Net(6, new Trunk(9, 3), true)),
                Optional.of(new Net(7, new Trunk(1, 1), true))));
  }

  @Test
  void should_leave_what_is_absent_or_wrong_to_the_reader() {
    assertThat(upgraded(Net.class, "{\"voxels\":5}").has("trunk")).isFalse();
    assertThat(upgraded(Run.class, "{\"nets\":7,\"best\":[1]}").toString())
        .isEqualTo("{\"nets\":7,\"best\":[1]}");
    JsonNode odd = upgraded(Net.class, "{\"hidden\":{},\"trunk\":3}");
    assertThatThrownBy(() -> Document.of("x", "an object", odd).as(Net.class))
        .hasMessageContaining("missing [voxels]");
  }

  @Test
  void should_not_change_the_document_itself() {
    Document document = Document.parse("x.json", "{\"schema\":1,\"voxels\":5,\"hidden\":8}");
    document.upgraded(Net.class, 3);
    assertThat(document.root().toString()).isEqualTo("{\"schema\":1,\"voxels\":5,\"hidden\":8}");
  }
}
