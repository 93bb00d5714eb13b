// SPDX-License-Identifier: Apache-2.0
package org.mindeye.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mindeye.formats.Mutations;
import org.mindeye.formats.tensor.MalformedFileException;
import org.mindeye.formats.tensor.TensorFile;

class MalformedSafetensorsTest {
  private static final String GOOD = "'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir private static Path folder;

  private static byte[] file(byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /** JSON with the quotation marks that Java can write. */
  private static byte[] file(String header, int dataBytes) {
    return file(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private static TensorFile open(byte[] content) throws IOException {
    Path path = folder.resolve("x.safetensors");
    Files.write(path, content);
    return Safetensors.open(path);
  }

  @Test
  void should_read_the_file_the_broken_ones_are_made_from() throws IOException {
    try (TensorFile file = open(file("{" + GOOD + "}   ", 8))) {
      assertThat(file.names()).containsExactly("w");
    }
  }

  private static Arguments entry(String json, String expectedAndFound) {
    return arguments("{'w':" + json + "}", 8, ": tensor 'w': expected " + expectedAndFound);
  }

  private static Arguments header(String json, String expectedAndFound) {
    return arguments(json, 8, ": expected " + expectedAndFound);
  }

  private static Arguments notes(String json, String expectedAndFound) {
    String all = "{'__metadata__':" + json + "," + GOOD + "}";
    return arguments(all, 8, ": __metadata__: expected " + expectedAndFound);
  }

  private static String with(String dtype, String shape, String offsets) {
    return "{'dtype':" + dtype + ",'shape':" + shape + ",'data_offsets':" + offsets + "}";
  }

  static Stream<Arguments> brokenHeaders() {
    String keys = "the keys dtype, shape and data_offsets but found not all of them";
    String numbers = "whole numbers from 0 to 2^63 - 1 as ";
    String dtypes =
        "a dtype of [BOOL, U8, I8, I16, U16, F16, BF16, I32, F32, F64, I64] (convert the file"
            + " first) but found ";
    return Stream.of(
        header("[]", "a header that begins with '{' but found '['"),
        header(" {}", "a header that begins with '{' but found ' '"),
        header("{" + GOOD, "a header in JSON but found Unexpected end-of-input"),
        header("{" + GOOD + ",}", "a header in JSON but found Unexpected character ('}'"),
        header("{" + GOOD + "} x", "a header in JSON but found Unrecognized token 'x'"),
        header("{" + GOOD + "}{}", "nothing behind the header's object but found START_OBJECT"),
        header("{w:1}", "a header in JSON but found Unexpected character ('w'"),
        header("{/**/}", "a header in JSON but found Unexpected character ('/'"),
        header("{" + GOOD + ",'v':NaN}", "a header in JSON but found Non-standard token 'NaN'"),
        entry("1", "an object but found '1'"),
        entry("null", "an object but found 'null'"),
        entry("[[[[[1]]]]]", "an object but found '['"),
        entry("{}", keys),
        entry("{'shape':[2],'data_offsets':[0,8]}", keys),
        entry("{'dtype':'F32','data_offsets':[0,8]}", keys),
        entry("{'dtype':'F32','shape':[2]}", keys),
        entry("{'dtype':'F32','dtype':'F32'}", "the key 'dtype' once but found it again"),
        entry("{'shape':[2],'shape':[2]}", "the key 'shape' once but found it again"),
        entry("{'data_offsets':[],'data_offsets':[]}", "the key 'data_offsets' once"),
        entry("{'offsets':[0,8]}", "no key but dtype, shape and data_offsets but found 'offsets'"),
        entry(with("32", "[2]", "[0,8]"), "a string as dtype but found '32'"),
        entry(with("null", "[2]", "[0,8]"), "a string as dtype but found 'null'"),
        entry(with("'F8_E4M3'", "[8]", "[0,8]"), dtypes + "'F8_E4M3'"),
        entry(with("'F8_E5M2'", "[8]", "[0,8]"), dtypes + "'F8_E5M2'"),
        entry(with("'U64'", "[1]", "[0,8]"), dtypes + "'U64'"),
        entry(with("'f32'", "[2]", "[0,8]"), dtypes + "'f32'"),
        entry(with("'F32'", "2", "[0,8]"), "a list as shape but found '2'"),
        entry(with("'F32'", "['2']", "[0,8]"), numbers + "shape but found '2'"),
        entry(with("'F32'", "[2.0]", "[0,8]"), numbers + "shape but found '2.0'"),
        entry(with("'F32'", "[true]", "[0,8]"), numbers + "shape but found 'true'"),
        entry(with("'F32'", "[[2]]", "[0,8]"), numbers + "shape but found '['"),
        entry(with("'F32'", "[-2]", "[0,8]"), numbers + "shape but found '-2'"),
        entry(with("'F32'", "[9223372036854775808]", "[0,8]"), numbers + "shape but found '9223"),
        entry(with("'F32'", "[" + "1,".repeat(32) + "2]", "[0,8]"), "at most 32 numbers as shape"),
        entry(
            with("'F32'", "[4611686018427387904,4]", "[0,8]"),
            "a shape whose size fits 63 bits but found FLOAT32 (4611686018427387904, 4)"),
        entry(with("'F32'", "[2]", "{'a':1}"), "a list as data_offsets but found '{'"),
        entry(with("'F32'", "[2]", "[8]"), "data_offsets of begin and end but found [8]"),
        entry(with("'F32'", "[2]", "[0,4,8]"), "at most 2 numbers as data_offsets but found more"),
        entry(with("'F32'", "[2]", "[8,0]"), "data_offsets of begin and end but found [8, 0]"),
        entry(with("'F32'", "[2]", "[-8,0]"), numbers + "data_offsets but found '-8'"),
        entry(
            with("'F32'", "[3]", "[0,8]"), "12 bytes for FLOAT32 (3) but found data_offsets [0,8]"),
        entry(with("'F32'", "[]", "[0,8]"), "4 bytes for FLOAT32 () but found data_offsets [0,8]"),
        entry(
            with("'F32'", "[1]", "[4,8]"),
            "the elements to begin at byte 0 but found data_offsets [4,8]"),
        entry("{'dtype':'F32','shape':[1e1]", numbers + "shape but found '1e1'"),
        arguments("{'\\ud800':1}", 8, ": expected a string of whole characters but found half"),
        arguments(
            "{" + GOOD + "," + GOOD + "}",
            8,
            ": tensor 'w': expected the key 'w' once but found it again"),
        arguments(
            "{" + GOOD + "," + GOOD.replace('w', 'v') + "}",
            8,
            ": tensor 'v': expected the elements to begin at byte 8 but found data_offsets [0,8]"),
        arguments(
            "{" + GOOD + "}",
            4,
            ": expected 8 bytes behind the header, where the last tensor ends but found 4"
                + " (an incomplete download?)"),
        arguments("{" + GOOD + "}", 9, "where the last tensor ends but found 9"),
        arguments("{}", 1, ": expected 0 bytes behind the header, where the last tensor ends"),
        notes("1", "an object but found '1'"),
        notes("{'a':1}", "a string for 'a' but found '1'"),
        notes("{'a':null}", "a string for 'a' but found 'null'"),
        notes("{'a':{}}", "a string for 'a' but found '{'"),
        notes("{'a':'1','a':'2'}", "the key 'a' once but found it again"),
        notes("{'a':'\\udc00'}", "a string of whole characters but found half a surrogate pair"),
        notes("{},'__metadata__':{}", "the key '__metadata__' once but found it again"));
  }

  @ParameterizedTest
  @MethodSource("brokenHeaders")
  void should_refuse_a_header_that_breaks_a_rule(String json, int dataBytes, String message) {
    assertThatThrownBy(() -> open(file(json, dataBytes)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(message);
  }

  static Stream<Arguments> brokenStarts() {
    byte[] good = file("{" + GOOD + "}", 8);
    byte[] negative = good.clone();
    negative[7] = (byte) 0x80;
    byte[] huge = good.clone();
    huge[3] = 127;
    byte[] bytes = "{\"w\":1}".getBytes(StandardCharsets.UTF_8);
    bytes[2] = (byte) 0xff;
    byte[] utf16 = ("{" + GOOD + "}").getBytes(StandardCharsets.UTF_16LE);
    return Stream.of(
        arguments(new byte[0], "expected a safetensors file but found an empty file: an inter"),
        arguments(new byte[7], "a safetensors file of at least 8 bytes but found 7 bytes"),
        arguments(new byte[8], "a header of 2 to 0 bytes (an incomplete download?)"),
        arguments(Arrays.copyOf(good, 40), "a header of 2 to 32 bytes"),
        arguments(negative, "but found 9223372036854775862 bytes"),
        arguments(huge, "but found 2130706486 bytes"),
        arguments(file(bytes, 0), "a header in UTF-8 but found other bytes"),
        arguments(file(utf16, 8), "a header in JSON but found"),
        arguments(file("\ufeff{}", 0), "a header that begins with '{'"));
  }

  @ParameterizedTest
  @MethodSource("brokenStarts")
  void should_refuse_a_file_that_does_not_start_like_one(byte[] content, String message) {
    assertThatThrownBy(() -> open(content))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void should_name_the_tensor_of_a_type_it_cannot_read() {
    assertThatThrownBy(() -> Safetensors.open(SafetensorsFileTest.fixture("float8")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("float8.safetensors: tensor 'lin.weight': expected a dtype of [BOOL")
        .hasMessageEndingWith("but found 'F8_E4M3'");
  }

  @Test
  void should_refuse_booleans_that_are_none_when_they_are_read() throws IOException {
    byte[] content = file("{'w':" + with("'BOOL'", "[2]", "[0,2]") + "}", 2);
    content[content.length - 1] = 2;
    try (TensorFile file = open(content)) {
      assertThatThrownBy(() -> file.array("w"))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageEndingWith(
              "tensor 'w': expected booleans, which are 0 or 1 but found the byte 2");
    }
  }

  @Test
  void should_answer_every_mutated_file_with_tensors_or_a_clear_refusal() throws IOException {
    assertThat(mutate("types", 1000)).isGreaterThan(500);
    assertThat(mutate("shapes", 1000)).isGreaterThan(500);
  }

  @Test
  @Tag("slow")
  void should_answer_very_many_mutated_files() throws IOException {
    assertThat(mutate("shapes", 100_000)).isGreaterThan(50_000);
  }

  private static int mutate(String fixture, int count) throws IOException {
    byte[] good = Files.readAllBytes(SafetensorsFileTest.fixture(fixture));
    int head = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return Mutations.answered(
        good,
        head,
        count,
        content -> {
          try (TensorFile file = open(content)) {
            file.names().forEach(file::array);
          }
        });
  }
}
