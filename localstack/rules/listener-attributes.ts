// Attributes of listeners: a Network Load Balancer's TCP listener has one, others have none.
import type { Xml } from '../proxy-answer.ts';
import type { Params } from '../proxy-query.ts';
import {
  type Attributes,
  type AttributeTable,
  attributeList,
  changedAttributes,
  initialAttributes,
} from './attributes.ts';
import type { Cloud } from './cloud.ts';
import { listenerOf } from './find.ts';
import type { Listener, State } from './state.ts';

const tcp: AttributeTable = { 'tcp.idle_timeout.seconds': { initial: '350', takes: [60, 6000] } };

export function newListenerAttributes(protocol: Listener['protocol']): Attributes {
  return initialAttributes(tableOf(protocol));
}

export function describeListenerAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  return attributeList(listenerOf(params, state).attributes);
}

export function modifyListenerAttributes(params: Params, _cloud: Cloud, state: State): Xml {
  const listener = listenerOf(params, state);
  const table = tableOf(listener.protocol);
  listener.attributes = changedAttributes('Listener', table, listener.attributes, params);
  return attributeList(listener.attributes);
}

function tableOf(protocol: Listener['protocol']): AttributeTable {
  return protocol === 'TCP' ? tcp : {};
}
