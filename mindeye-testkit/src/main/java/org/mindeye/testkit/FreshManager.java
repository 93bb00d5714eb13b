// SPDX-License-Identifier: Apache-2.0
package org.mindeye.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test an owner of native memory, as {@code @FreshManager private NDManager manager;}: the
 * field holds a new root manager on the CPU, opened before the {@code @BeforeEach} methods of every
 * test and closed after its {@code @AfterEach} methods. A static field holds one for the whole
 * class, opened before {@code @BeforeAll}.
 *
 * <p>The test fails if a sub-manager is still open in it at the end: the tested code opened a scope
 * in its caller's manager and left it there. The field is set after the test object was built, so
 * other fields cannot be initialised from it: build those in {@code @BeforeEach}.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FreshManagerExtension.class)
public @interface FreshManager {}
