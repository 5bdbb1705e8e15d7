#pragma once

#include "app/configuration/configuration.h"
#include "event/catalog.h"
#include "input/rabbitmq/rabbitmq_input.h"

namespace app {

// InvalidArgument for addresses of brokers, or a map of services, that cannot be read.
base::Result<input::RabbitmqOptions> rabbitmq_options(const Configuration& configuration,
                                                      const event::Catalog& catalog);

}  // namespace app
