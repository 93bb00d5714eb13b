package org.mindeye.architecture.badhouse.core;

public class OpenCore {}
