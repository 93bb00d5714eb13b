// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mindeye.formats.tensor.ElementType;
import org.mindeye.formats.tensor.HeapArray;
import org.mindeye.formats.torch.CheckpointNode.Array;
import org.mindeye.formats.torch.CheckpointNode.Blob;
import org.mindeye.formats.torch.CheckpointNode.Bool;
import org.mindeye.formats.torch.CheckpointNode.Mapping;
import org.mindeye.formats.torch.CheckpointNode.Null;
import org.mindeye.formats.torch.CheckpointNode.Opaque;
import org.mindeye.formats.torch.CheckpointNode.Real;
import org.mindeye.formats.torch.CheckpointNode.Sequence;
import org.mindeye.formats.torch.CheckpointNode.Text;
import org.mindeye.formats.torch.CheckpointNode.Whole;

class TorchPlainValuesTest {
  private static final List<String> OPAQUE = List.of("words", "complex", "range");

  private static Map<String, CheckpointNode> scalars() {
    return Map.ofEntries(
        Map.entry("none", Null.NONE),
        Map.entry("true", new Bool(true)),
        Map.entry("false", new Bool(false)),
        Map.entry("zero", whole("0")),
        Map.entry("byte", whole("255")),
        Map.entry("short", whole("65535")),
        Map.entry("int", whole("-2147483648")),
        Map.entry("long", whole("1099511627776")),
        Map.entry("huge", whole("-1000000000000000000000000000000")),
        Map.entry("real", new Real(-0.1)),
        Map.entry("inf", new Real(Double.POSITIVE_INFINITY)),
        Map.entry("text", new Text("größe 日本 \ud83e\udde0")),
        Map.entry("device", new Text("cuda:1")),
        Map.entry("dtype", new Text("torch.float16")),
        Map.entry("float64", new Real(0.1)),
        Map.entry("float32", new Real(0.1f)),
        Map.entry("int64", whole("-5")),
        Map.entry("uint8", whole("200")),
        Map.entry("bool", new Bool(true)),
        Map.entry("5", new Text("five")));
  }

  private static CheckpointNode whole(String digits) {
    return new Whole(new BigInteger(digits));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "plain_legacy",
        "plain_1_13",
        "plain_protocol_4",
        "plain_protocol_5",
        "plain_legacy_protocol_1",
        "plain_legacy_protocol_4"
      })
  void should_read_plain_values_of_every_protocol(String name) throws IOException {
    TorchCheckpoint checkpoint = TorchCheckpoint.open(TorchFixtures.file(name + ".pth"));
    checkpoint.close();
    scalars().forEach((key, value) -> assertThat(checkpoint.get(key)).as(key).isEqualTo(value));
    assertThat(((Blob) checkpoint.get("bytes")).content()).containsExactly(0, 255);
    assertThat(((Blob) checkpoint.get("bytearray")).content()).containsExactly('a', 'b');
    assertThat(items(checkpoint, "list", "1")).hasSize(2).startsWith(whole("2"));
    assertThat(items(checkpoint, "tuple")).isEmpty();
    assertThat(items(checkpoint, "pair")).containsExactly(whole("1"), new Text("b"));
    assertThat(items(checkpoint, "set")).containsExactly(whole("3"));
    assertThat(items(checkpoint, "frozen")).containsExactly(whole("4"));
    assertThat(items(checkpoint, "size")).containsExactly(whole("2"), whole("3"));
    assertThat(((Mapping) checkpoint.get("ordered")).entries())
        .containsExactly(
            Map.entry(new Text("x"), whole("1")), Map.entry(new Text("y"), whole("2")));
    assertThat(((Mapping) checkpoint.root()).entries().keySet())
        .filteredOn(Sequence.class::isInstance)
        .hasSize(1);
    assertArrays(checkpoint);
    assertThat(OPAQUE)
        .allSatisfy(key -> assertThat(checkpoint.get(key)).isInstanceOf(Opaque.class));
    assertThat(checkpoint.opaque()).extracting(OpaqueObject::path).containsAll(OPAQUE);
  }

  private static void assertArrays(TorchCheckpoint checkpoint) {
    HeapArray array = ((Array) checkpoint.get("array")).array();
    assertThat(array.type()).isEqualTo(ElementType.INT32);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.toLongs()).containsExactly(0, 1, 2, 3, 4, 5);
    HeapArray fortran = ((Array) checkpoint.get("fortran")).array();
    assertThat(fortran.toDoubles()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(((Array) checkpoint.get("big")).array().toLongs()).containsExactly(0, 1, 2);
  }

  private static List<CheckpointNode> items(TorchCheckpoint checkpoint, String... path) {
    return ((Sequence) checkpoint.get(path)).items();
  }
}
