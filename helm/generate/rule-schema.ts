// What the grammar of a setting is in a JSON schema. `null` is always right: it stands for the controller's own default.
import type { Rule, Shape } from '../../src/schema/shape.ts';
import type { Bounds, JsonSchema, Setting } from './value.ts';

interface Carried {
  readonly type: string;
  readonly form: Setting['form'];
  readonly schema: JsonSchema;
  readonly bounds?: Bounds;
}

const DURATION = '^(0|([0-9]{1,9}(ms|s|m|h))+)$';

/** Throws for a form that no setting has had so far. */
export function carried({ rule, grammar }: Pick<Shape<unknown>, 'rule' | 'grammar'>): Carried {
  switch (rule.form) {
    case 'boolean':
      return { type: 'true or false', form: 'boolean', schema: { type: ['boolean', 'null'] } };
    case 'integer': {
      const { min: minimum, max: maximum, choices } = rule;
      const among = choices === undefined ? {} : { enum: [...choices, null] };
      return {
        type: 'whole number',
        form: 'integer',
        schema: { type: ['integer', 'null'], minimum, maximum, ...among },
      };
    }
    case 'choice':
      return { type: rule.choices.map((one) => `\`${one}\``).join(', '), form: 'text', schema: choiceOf(rule.choices) };
    case 'text':
      return { type: 'text', form: 'text', schema: { type: ['string', 'null'], ...textRule(rule) } };
    case 'duration':
      // `--set driftInterval=0` makes a number of it. Bounds are checked by a template, which can say what would be right.
      return {
        type: 'duration',
        form: 'duration',
        schema: { type: ['string', 'integer', 'null'], pattern: DURATION },
        bounds: { minMs: rule.minMs, maxMs: rule.maxMs, expected: grammar },
      };
    case 'list':
      return { type: 'list, or text with commas', form: 'list', schema: listSchema(rule) };
    default:
      throw new Error(`a setting of the form ${rule.form} cannot be a value of the chart yet`);
  }
}

function choiceOf(choices: readonly string[]): JsonSchema {
  return { enum: [...choices, null] };
}

function textRule({ pattern, minLength, maxLength, without }: Extract<Rule, { form: 'text' }>): JsonSchema {
  if (without !== undefined) throw new Error('a text that must not hold something cannot be a value of the chart yet');
  return { ...(pattern === undefined ? {} : { pattern }), minLength, maxLength };
}

function listSchema({ item, minItems, maxItems }: Extract<Rule, { form: 'list' }>): JsonSchema {
  if (item.form !== 'text' || item.pattern === undefined) {
    throw new Error('a list of anything but texts with a pattern cannot be a value of the chart yet');
  }
  const one = `(${item.pattern.replace(/^\^/, '').replace(/\$$/, '')})`;
  return {
    type: ['array', 'string', 'null'],
    items: { type: 'string', ...textRule(item) },
    minItems,
    maxItems,
    pattern: `^ *${one}( *, *${one})* *$`,
  };
}
