// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.mindeye2;

/** The 17 numbers that MindEye2 keeps of a trial, in their order. */
public enum BehaviorColumn {
  /** The picture, counted from 0 among 73 000. */
  IMAGE,
  /** The subject, counted from 1. */
  SUBJECT,
  /** The session, counted from 1. */
  SESSION,
  /** The run in the session. */
  RUN,
  /** The trial in the run. */
  TRIAL,
  /** The trial in all sessions, counted from 0: the row of the responses. */
  GLOBAL_TRIAL,
  /** When it began, in days since the first session. */
  TIME,
  /** Whether the picture had been shown before. */
  IS_OLD,
  /** Whether the answer was right. */
  IS_CORRECT,
  /** Reaction time in milliseconds. */
  REACTION_TIME,
  /** Whether the subject changed the answer. */
  CHANGE_MIND,
  /** Whether the picture had been shown before in this session. */
  IS_OLD_CURRENT,
  /** Whether the answer would be right for this session alone. */
  IS_CORRECT_CURRENT,
  /** How often the first button was pressed. */
  TOTAL_1,
  /** How often the second button was pressed. */
  TOTAL_2,
  /** The button that counts. */
  BUTTON,
  /** Whether all subjects saw the picture. */
  SHARED_1000
}
