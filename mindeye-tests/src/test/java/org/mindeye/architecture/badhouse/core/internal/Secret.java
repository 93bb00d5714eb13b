package org.mindeye.architecture.badhouse.core.internal;

public interface Secret {}
